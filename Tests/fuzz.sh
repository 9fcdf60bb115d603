#!/usr/bin/env bash
# Gives each reader of untrusted bytes made-up bytes for so many seconds, with address sanitizer;
# fails on a find. docs/fuzzing.md says what is checked and what to do with a find.
#
#   Tests/fuzz.sh SECONDS [blob] [capture] [line]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?"usage: Tests/fuzz.sh SECONDS [blob] [capture] [line]"}
shift
readers=("$@")
[ ${#readers[@]} -gt 0 ] || readers=(blob capture line)
scratch=.build/fuzz
for reader in "${readers[@]}"; do
  # Optimized, but with the checks of a debug build: it is unsafe buffers that are read. The last
  # flag puts coverage counters in; without it, fuzzing is blind.
  MLE_FUZZ=1 swift build -c release --product "${reader^}Fuzzer" --scratch-path "$scratch" \
    --sanitize=fuzzer --sanitize=address -Xswiftc -assert-config -Xswiftc Debug \
    -Xswiftc -sanitize=fuzzer
done
status=0
for reader in "${readers[@]}"; do
  # What is found goes to the first folder and is where the next run goes on.
  mkdir -p "$scratch/corpus/$reader" "$scratch/finds/$reader"
  echo "== $reader, $seconds seconds"
  SWIFT_BACKTRACE=enable=no "$scratch/release/${reader^}Fuzzer" -max_total_time="$seconds" \
    -timeout=20 -rss_limit_mb=2048 -max_len=8192 -use_value_profile=1 -print_final_stats=1 \
    -artifact_prefix="$scratch/finds/$reader/" \
    "$scratch/corpus/$reader" "Tests/Fuzz/Corpus/$reader" "Tests/Fuzz/FailCases/$reader" \
    > "$scratch/$reader.log" 2>&1 || status=1
  grep -E 'ERROR|Fatal|Test unit written|number_of_executed_units|average_exec' \
    "$scratch/$reader.log" || true
  grep -E ' cov: [0-9]+' "$scratch/$reader.log" | tail -n 1 || true
done
[ "$status" -eq 0 ] || echo "found something: the logs and inputs are in $scratch"
exit "$status"
