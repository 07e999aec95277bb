<?php
touch(sys_get_temp_dir() . '/released');
echo "released\n";
