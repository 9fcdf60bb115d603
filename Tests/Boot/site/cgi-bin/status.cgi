#!/bin/sh
printf 'Content-Type: text/html\r\n\r\n'
cat /proc/uptime /proc/loadavg
df /proc 2>/dev/null | tail -n 1
echo '<end>'
