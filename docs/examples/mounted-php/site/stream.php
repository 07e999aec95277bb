<?php
// Says a word, and another one when release.php has been asked.
$mark = sys_get_temp_dir() . '/released';
@unlink($mark);
header('Content-Type: text/plain');
echo "one\n";
flush();
for ($waited = 0; $waited < 3000 && !file_exists($mark); $waited++) {
    usleep(10000);
    clearstatcache();
}
echo "two\n";
