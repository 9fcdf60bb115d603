# Run by /bin/sh on the device: the same calls on every kind of machine, but for the few that
# Tests/boot.sh names.
for number in 1 2 3 4 5 6 7 8 9 10 11; do
  mkdir /tmp/$number
  echo hello >/tmp/$number/file
  cat /tmp/$number/file | wc -c >/dev/null
  mv /tmp/$number/file /tmp/$number/moved
  rm -r /tmp/$number
done
httpd -f -p 127.0.0.1:81 -h /www &
server=$!
usleep 500000
for page in index.html style.css missing.html; do
  wget -q -O /dev/null http://127.0.0.1:81/$page
done
nc -w 1 127.0.0.1 23 </dev/null
kill $server
wait $server
trap : USR1
for number in 1 2 3 4 5; do kill -USR1 $$; done
