<?php
// A front controller, to which everything below its mount goes.
header('Content-Type: application/json');
echo json_encode([
    'script' => $_SERVER['SCRIPT_NAME'],
    'path' => $_SERVER['PATH_INFO'],
    'target' => $_SERVER['REQUEST_URI'],
], JSON_UNESCAPED_SLASHES);
