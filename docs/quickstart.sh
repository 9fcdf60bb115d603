#!/usr/bin/env bash
# The whole way through in a few minutes, on a Debian machine with the Swift toolchain (root or sudo):
# builds, trains on the shipped recordings of a web server, exports, and plays traffic that the
# model has not seen: normal requests first, then the same server under attack.
#
#   docs/quickstart.sh [DIRECTORY]    keeps what it makes in DIRECTORY (default: .build/quickstart)
set -euo pipefail
out=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")/.."
out=${out:-.build/quickstart}
mkdir -p "$out"

step() { printf '\n== %s\n' "$*"; }
run() {
  printf '$ %s\n' "$*" >&2
  "$@"
}

step "1. What the build needs"
docs/install-dependencies.sh
echo "there"

step "2. Build"
swift build -c release
PATH="$(swift build -c release --show-bin-path):$PATH"

step "3. The data: busybox httpd under normal load, cut in two"
run mle-trainer info datasets/busybox-httpd-normal.h5
run mle-trainer split datasets/busybox-httpd-normal.h5 --at 0.7 \
  --first "$out/train.h5" --rest "$out/unseen.h5"

step "4. Train on the first part"
rm -f "$out/model.ckpt.h5"  # of a run that was stopped
run mle-trainer train "$out/train.h5" -o "$out/model.ckpt.h5" --log "$out/train.jsonl"

step "5. Freeze network, vocabulary and threshold into one file"
run mle-export "$out/model.ckpt.h5" --calibrate "$out/train.h5" -o "$out/model.mle"
run mle-export verify "$out/model.mle"

step "6. Play normal traffic that the model has not seen"
run mle-trainer capture "$out/unseen.h5" -o "$out/unseen.mlt"
run mle-player score "$out/model.mle" "$out/unseen.mlt" > "$out/unseen.jsonl"
echo "$(wc -l < "$out/unseen.jsonl") verdicts"

step "7. Play the same server under attack"
run mle-trainer capture datasets/busybox-httpd-attack.h5 -o "$out/attack.mlt"
run mle-player score "$out/model.mle" "$out/attack.mlt" --explain > "$out/attack.jsonl"
echo "$(wc -l < "$out/attack.jsonl") verdicts; the first one, without its window:"
head -n 1 "$out/attack.jsonl" | sed 's/,"window":\[.*\]//'

step "8. The report: which attacks were found, how soon, and what was flagged by mistake"
run mle-trainer evaluate "$out/model.mle" --normal "$out/unseen.h5" \
  --attack datasets/busybox-httpd-attack.h5 --report "$out/report.html" --log "$out/train.jsonl"
run mle-trainer plot "$out/model.mle" datasets/busybox-httpd-attack.h5 --seconds 4 \
  -o "$out/score.svg"
printf '\nEverything is in %s; look at report.html, and at score.svg: the score crosses its threshold.\n' "$out"
