<?php
// A small site that knows nothing of where it is mounted: SCRIPT_NAME says it.
$here = rtrim(dirname($_SERVER['SCRIPT_NAME']), '/');
$link = fn(string $path): string => htmlspecialchars($here . $path);
?>
<!doctype html>
<title>PHP</title>
<a href="<?= $link('/hello.php/' . rawurlencode('Zoë Øre')) ?>">hello</a>
<a href="<?= $link('/me.php') ?>">me</a>
<a href="<?= $link('/blog/') ?>">blog</a>
<form action="<?= $link('/login.php') ?>" method="post"><input name="name"></form>
<form action="<?= $link('/upload.php') ?>" method="post" enctype="multipart/form-data">
<input name="file" type="file"></form>
