#!/usr/bin/env bash
# Makes a small web site of a router in a directory: pages, and shell CGI scripts of which one
# (diag.cgi) runs what a request tells it to.
#
#   site.sh DIRECTORY BUSYBOX
set -euo pipefail
site=$1
busybox=$2
case $site in
  *[!A-Za-z0-9/._-]*)
    echo "$site: its scripts cannot name this directory; take one of letters, digits and /._- only" >&2
    exit 64
    ;;
esac
mkdir -p "$site"/{bin,etc,run,www/cgi-bin,www/docs}
cp "$busybox" "$site/bin/busybox"
for applet in sh httpd cat cut date dd df echo env find grep head hexdump id ifconfig ls md5sum \
  mkdir mount mv nc netstat ping printf ps rm sed sha256sum sleep sort sync tail tar uname wc \
  wget whoami cp chmod; do
  ln -sf busybox "$site/bin/$applet"
done

for number in $(seq 0 11); do
  { echo "<h1>page $number</h1>"; seq $((50 * number + 20)); } > "$site/www/docs/page$number.html"
done
echo '<h1>router</h1>' > "$site/www/index.html"
echo 'body { color: black }' > "$site/www/style.css"
for number in $(seq 0 39); do echo "opt$number=$((number * 7))"; done > "$site/etc/config"
printf 'admin:%s\n' "$(printf password | md5sum | cut -d' ' -f1)" > "$site/etc/users"
for number in $(seq 600); do echo "line number $number <ok>"; done > "$site/run/app.log"

# The text of a script is standard input.
script() {
  {
    printf '#!%s/bin/sh\nPATH=%s/bin; S=%s\n' "$site" "$site" "$site"
    echo 'header() { echo "Content-Type: text/html"; echo; }'
    cat
  } > "$site/www/cgi-bin/$1.cgi"
  chmod +x "$site/www/cgi-bin/$1.cgi"
}
script status << 'END'
header; cat /proc/uptime /proc/loadavg; head -n 3 /proc/meminfo; df -h / | tail -n 1; echo "<end>"
END
script net << 'END'
header; cat /proc/net/dev; ifconfig lo; echo "<end>"
END
script time << 'END'
header; date; echo "<end>"
END
script log << 'END'
n=${QUERY_STRING#n=}; header
tail -n "${n:-20}" "$S/run/app.log" | grep -v 'number 7' | sed 's/</\&lt;/g'; echo "<end>"
END
script config << 'END'
if [ "$REQUEST_METHOD" = POST ]; then
  read -r body; k=${body%%=*}; v=${body#*=}
  sed "s/^$k=.*/$k=$v/" "$S/etc/config" > "$S/etc/config.$$" && mv "$S/etc/config.$$" "$S/etc/config"
  header; echo "saved $k"
else
  header; while IFS='=' read -r k v; do echo "$k $v"; done < "$S/etc/config"
fi
echo "<end>"
END
script login << 'END'
read -r body; u=${body#user=}; u=${u%%&*}; p=${body##*pass=}
h=$(printf '%s' "$p" | md5sum | cut -d' ' -f1)
header
if grep -q "^$u:$h\$" "$S/etc/users"; then echo "welcome $u"; else echo denied; fi
echo "<end>"
END
# The hole: whatever follows the host is a command.
script diag << 'END'
host=${QUERY_STRING#host=}; host=$(httpd -d "$host"); header
sh -c "ping -c 1 -W 1 $host" 2>&1; echo "<end>"
END
