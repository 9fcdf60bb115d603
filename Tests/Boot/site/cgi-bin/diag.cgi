#!/bin/sh
# The hole: whatever follows the address is a command.
printf 'Content-Type: text/html\r\n\r\n'
sh -c "ping -c 1 -W 1 $(httpd -d "$QUERY_STRING")" 2>&1
echo '<end>'
