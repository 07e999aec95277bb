<?php
echo "Blog at {$_SERVER['SCRIPT_NAME']}\n";
