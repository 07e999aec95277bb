<?php
$size = (int) ($_GET['size'] ?? 0);
$piece = str_repeat(implode('', array_map('chr', range(0, 255))), 256);
header('Content-Type: application/octet-stream');
header("Content-Length: $size");
for ($at = 0; $at < $size; $at += strlen($piece)) {
    echo substr($piece, 0, $size - $at);
}
