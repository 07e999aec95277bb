<?php
error_log('something to look at');
echo "warned\n";
