<?php
session_start();
$scheme = ($_SERVER['HTTPS'] ?? '') === 'on' ? 'https' : 'http';
header('Content-Type: application/json');
echo json_encode([
    'name' => $_SESSION['name'] ?? null,
    'address' => $_SERVER['REMOTE_ADDR'],
    'url' => "$scheme://{$_SERVER['HTTP_HOST']}{$_SERVER['REQUEST_URI']}",
], JSON_UNESCAPED_SLASHES);
