<?php
$name = substr($_SERVER['PATH_INFO'] ?? '/', 1);
header('Content-Type: text/plain; charset=utf-8');
echo "Hello, $name! You are at {$_SERVER['SCRIPT_NAME']}{$_SERVER['PATH_INFO']}.\n";
