<?php
$file = $_FILES['file'];
header('Content-Type: application/json');
echo json_encode([
    'name' => $file['name'],
    'sha256' => hash_file('sha256', $file['tmp_name']),
], JSON_UNESCAPED_UNICODE);
