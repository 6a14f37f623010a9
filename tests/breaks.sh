#!/usr/bin/env bash
# Sees each named fault found by a test: copies the repository, puts faults into the copy that an
# environment variable chooses (tests/breaks.patch), builds it once, and for each fault runs the tests
# that must fail. Fails itself when one of them does not, or when one fails without any fault.
# Usage: tests/breaks.sh [NAME …]; CARGO_TARGET_DIR is kept, so that dependencies are not built again.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/target}
copy=$(mktemp -d "${TMPDIR:-/tmp}/wetland-exchange-breaks-XXXXXX")
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -xf - -C "$copy"
cd "$copy"
patch -s -p1 <"$here/tests/breaks.patch"
if [ -z "${BREAKS_TESTS:-}" ]; then
    cargo test --test it --no-run --message-format=json 2>"$copy/log" >"$copy/built" || { tail -n 20 "$copy/log"; exit 1; }
    BREAKS_TESTS=$(grep '"name":"it"' "$copy/built" | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
fi

# Fault, tests that must find it, and what else the run is told.
table() {
    cat <<'TABLE'
half-even        a_hundred_thousand_random_histories          HISTORIES=60
floor            a_hundred_thousand_random_histories          HISTORIES=60
floor-split      a_hundred_thousand_random_histories          HISTORIES=60
float-split      a_hundred_thousand_random_histories          HISTORIES=60
not-less         a_hundred_thousand_random_histories          HISTORIES=60
skipped-bucket   a_hundred_thousand_random_histories          HISTORIES=60
wrong-holder     a_hundred_thousand_random_histories          HISTORIES=60
deferred         a_transaction_of_sqlite_holds_the_pen        -
key-after-commit nothing_acknowledged_is_lost_in_a_thousand   KILLS=60
normal-sync      r93_no_answer_leaves_before_its_commit       -
foreign-403      access_to_what_is_anothers                   -
second-person    another_person_for_the_exact_content         -
TABLE
}

# Runs the tests of one row with that fault, or with none.
run() {
    local fault=$1 filter=$2 told=$3
    [ "$told" = - ] && told=NOTHING=1
    env BREAK="$fault" "$told" "$BREAKS_TESTS" "$filter" --include-ignored --test-threads 1 >"$copy/out" 2>&1
}

missed=0
while read -r fault filter told; do
    if [ $# -gt 0 ] && [[ " $* " != *" $fault "* ]]; then continue; fi
    if ! run "" "$filter" "$told"; then
        echo "$fault: $filter fails without it"
        tail -n 15 "$copy/out"
        missed=$((missed + 1))
    elif ! grep -q 'test result: ok. [1-9]' "$copy/out"; then
        echo "$fault: no test is called $filter"
        missed=$((missed + 1))
    elif run "$fault" "$filter" "$told"; then
        echo "$fault: NOT FOUND by $filter"
        missed=$((missed + 1))
    else
        echo "$fault: found by $(sed -n 's/^test \(.*\) \.\.\. FAILED.*/\1/p; s/^    \([a-z_:0-9]*\)$/\1/p' "$copy/out" | sort -u | tr '\n' ' ')"
    fi
done < <(table)
exit $((missed > 0))
