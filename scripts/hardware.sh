#!/usr/bin/env bash
# Everything that one chance at a machine with a GPU needs, in at most ten minutes: doctor, the calibration, every task's
# tuned kernel against plain, a graded and measured folder. A part that fails or is late does not stop the others.
#
#     scripts/hardware.sh [-s seconds] [-b budget] [-t "task task"] [-g submissions] [bundle.tar.gz]
#
# Runs the bundle of `npm run bundle`, or the checkout or unpacked bundle that contains this script. Writes into $OUT, or
# ./hardware; `npm run hardware -- --page <that folder>` makes docs/hardware.md's tables from it.
set -u

fail() {
  echo "$*" >&2
  exit 2
}

seconds=600 budget=1s tasks='' submissions=''
while getopts s:b:t:g: option; do
  case $option in
    s) seconds=$OPTARG ;;
    b) budget=$OPTARG ;;
    t) tasks=$OPTARG ;;
    g) submissions=$(realpath -- "$OPTARG") ;;
    *) fail "Usage: $0 [-s seconds] [-b budget] [-t \"task task\"] [-g submissions] [bundle.tar.gz]" ;;
  esac
done
shift $((OPTIND - 1))

started=$(date +%s)
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
out=${OUT:-hardware}
mkdir -p -- "$out/bench" || fail "Cannot write to $out: set OUT to another folder."
out=$(cd -- "$out" && pwd)
if [ $# -gt 0 ]; then
  unpacked=$(mktemp -d)
  trap 'rm -rf -- "$unpacked"' EXIT
  tar -xzf "$1" -C "$unpacked" || fail "Cannot unpack $1: make it with npm run bundle."
  root=$(echo "$unpacked"/*)
fi
node=node
[ -x "$root/node" ] && node=$root/node
kernelmark=("$node" "$root/bin/kernelmark.js")
submissions=${submissions:-$root/submissions}

failures=0
note() {
  echo "$*" | tee -a "$out/summary.txt"
}

# The seconds left until a percentage of all of them has passed: a part leaves what it does not need to the next.
left_until() {
  echo $((seconds * $1 / 100 - ($(date +%s) - started)))
}

# attempt <name> <most seconds> <file for the output> <command…>: its errors go into a file next to the output.
attempt() {
  local name=$1 limit=$2 file=$out/$3 status=0
  shift 3
  if [ "$limit" -lt 1 ]; then
    note "$name: not started, no time was left"
  else
    timeout -k 5 "$limit" "$@" >"$file" 2>"$file.err" </dev/null || status=$?
    [ -s "$file.err" ] || rm -f -- "$file.err"
    case $status in
      0) return 0 ;;
      124 | 137) note "$name: stopped after $limit s" ;;
      *) note "$name: failed with exit code $status, see $file" ;;
    esac
  fi
  failures=$((failures + 1))
  return 1
}

: >"$out/summary.txt"
note "$(date -u +%F), $(uname -srm), $(nproc) processors"
{ nvidia-smi || true; } >"$out/nvidia-smi.txt" 2>&1

attempt doctor "$(left_until 10)" doctor.json "${kernelmark[@]}" doctor --json && note "doctor: ready"
attempt calibrate "$(left_until 25)" calibrate.json "${kernelmark[@]}" bench --calibrate --json && note "calibrate: usable"

if [ -z "$tasks" ]; then
  list='console.log(JSON.parse(require("node:fs").readFileSync(0)).tasks.map(({ name }) => name).join(" "))'
  tasks=$("${kernelmark[@]}" tasks --json | "$node" -e "$list")
fi
# Measured once: from then on it is a minute old.
roofline=measure measured=0 late=''
for task in $tasks; do
  limit=$(left_until 75)
  if [ "$limit" -lt 5 ]; then
    late="$late $task"
    continue
  fi
  command=(bench "$task" --against plain --shape large --budget "$budget" --roofline "$roofline" --json)
  # A kernel that hangs must not take the others' time.
  if attempt "bench $task" $((limit < 90 ? limit : 90)) "bench/$task.json" "${kernelmark[@]}" "${command[@]}"; then
    roofline=known measured=$((measured + 1))
  fi
done
note "bench: $measured of $(echo "$tasks" | wc -w) tasks measured"
if [ -n "$late" ]; then
  note "bench: no time was left for$late"
  failures=$((failures + 1))
fi

rm -rf -- "$out/grade"
attempt grade "$(left_until 97)" grade.txt \
  "${kernelmark[@]}" grade "$submissions" --measure --budget "$budget" --out "$out/grade" && note "grade: done"

note "$failures failures in $(($(date +%s) - started)) s. Next: npm run hardware -- --page $out"
[ "$failures" -eq 0 ]
