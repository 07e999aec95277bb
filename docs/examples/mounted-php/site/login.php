<?php
session_start();
$name = $_POST['name'] ?? '';
if ($name === '') {
    http_response_code(401);
    exit;
}
session_regenerate_id();
$_SESSION['name'] = $name;
header('Location: ' . dirname($_SERVER['SCRIPT_NAME']) . '/me.php');
