# The regimes of vsignal, on the bundled VIX and a price that falls when it rises.

# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0
load helper

# Bars of XYZ and VIX of the days from SINCE to UNTIL.
make_bars() { # SINCE UNTIL
    gzip -dc "$BATS_TEST_DIRNAME/../../examples/data/vix-daily.csv.gz" | awk -F, -v since="$1" -v until="$2" '
        $1 ~ /^[0-9]/ {
            price = n++ ? price * (1 + 0.0003 - 0.006 * ($5 - vix)) : 400
            vix = $5
            if ($1 < since || $1 > until)
                next
            printf "{\"kind\":\"bar\",\"ts\":\"%sT21:00:00Z\",\"symbol\":\"XYZ\",\"close\":%.4f}\n", $1, price
            printf "{\"kind\":\"bar\",\"ts\":\"%sT21:00:00Z\",\"symbol\":\"VIX\",\"close\":%s}\n", $1, vix
        }'
}

regimes() { vsignal -q -M regime --role VIX=XYZ.vix --role XYZ=XYZ.price -b XYZ --only signal "$@"; }

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    make_bars 2003-01-01 2010-12-31 > bars
    make_bars 2003-01-01 2007-12-31 > old
    make_bars 2008-01-01 2010-12-31 > new
}

setup() { cd "$BATS_FILE_TMPDIR" || return 1; }

@test "the regime of a day: high in the crisis, low before it, with its probabilities" {
    regimes bars > signals
    run jq -s 'map(select(.ts[:7] == "2008-10")) | length >= 20 and (map(.regime == "high") | all)' signals
    assert_output true
    run jq -s 'map(select(.ts[:4] == "2006") | .regime) | (map(select(. == "high")) | length) / length < 0.3' signals
    assert_output true
    run jq -s 'map(select(.regime)) | length > 1400 and
        (map(.p_low >= 0 and .p_high >= 0 and .p_low + .p_high <= 1.000001 and .fitted <= .ts[:10]) | all)' signals
    assert_output true
    run jq -rs 'map(select(.regime == null) | .reason) | unique | join(" ")' signals
    assert_output warmup
}

@test "no look-ahead: an end, or nonsense, after a day changes nothing up to it, for each model" {
    for model in gmm kmeans hmm; do
        regimes -R "$model" bars > whole
        head -n 2800 bars | regimes -R "$model" > first
        [ "$(wc -l < first)" -eq 1400 ]
        head -n 1400 whole | cmp - first
        { head -n 2800 bars; tail -n +2801 bars | sed 's/"close":\([0-9]\)/"close":9\1/'; } | regimes -R "$model" > corrupt
        [ "$(wc -l < corrupt)" -eq "$(wc -l < whole)" ]
        head -n 1400 corrupt | cmp - first
        run cmp -s corrupt whole
        assert_failure
    done
}

@test "--train: a model is kept, tells of later days, and has no opinion on its own" {
    for model in gmm kmeans hmm; do
        regimes -R "$model" -T "$model.json" old
        regimes -R "$model" -T again.json old
        cmp "$model.json" again.json
        run jq -r '[.model, .training.last, (.features | length), (.components | length), .library] | map(tostring) | join(" ")' "$model.json"
        assert_output --regexp "^$model 2007-12-31 7 3 volpipe [0-9.]+\$"
        regimes --regime-file "$model.json" bars > told
        run jq -rs 'map(select(.ts[:10] <= "2007-12-31") | .reason) | unique | join(" ")' told
        assert_output "in_sample warmup"
        run jq -rs 'map(select(.ts[:10] > "2007-12-31")) | length > 700 and (map(.regime != null and .fitted == "2007-12-31") | all)' told
        assert_output true
        run jq -rs 'map(select(.ts[:7] == "2008-10")) | map(select(.regime == "high")) | length >= 20' told
        assert_output true
        regimes --regime-file "$model.json" --history old new > streamed
        # a filter that begins with the last days of the training knows what the whole stream knows
        diff <(jq -c 'select(.ts[:4] >= "2008") | del(.n)' told) <(jq -c 'del(.n)' streamed)
    done
}

@test "a forest is trained first; a build without XGBoost says what is missing" {
    run --separate-stderr regimes -R forest bars
    assert_failure 64
    run --separate-stderr regimes -R forest -T forest.json old
    if [ "$status" -eq 69 ]; then
        [[ $stderr == *libxgboost-dev* ]]
        skip "this build has no random forests"
    fi
    assert_success
    run jq -r '[.model, .horizon, (.bounds | length), (.engine | startswith("xgboost ")), (.forest | type)] | map(tostring) | join(" ")' forest.json
    assert_output "forest 21 2 true object"
    run jq -r '.training.seen > .training.last' forest.json
    assert_output true
    regimes --regime-file forest.json bars > told
    run jq -rs 'map(select(.ts[:10] <= "2007-12-31") | .reason) | unique | join(" ")' told
    assert_output "in_sample warmup"
    run jq -rs 'map(select(.ts[:7] == "2008-11") | .regime) | unique | join(" ")' told
    assert_output high
}

@test "a model that is none is a bad configuration" {
    regimes -R gmm -T gmm.json old
    refuse() { # FILTER WORDS
        jq -c "$1" gmm.json > bad.json
        run --separate-stderr regimes --regime-file bad.json bars
        assert_failure 78
        assert_output ""
        [[ $stderr == *"bad.json"*"$2"* ]]
    }
    refuse 'del(.scaling)' scaling
    refuse '.features[0] = "vix"' 'features[0]'
    refuse '.format = 9' format
    refuse '.components[1].weight = -1' 'components[1].weight'
    refuse '.surprise = 1' surprise
    refuse '.components[0].covariance[0] = -1' 'not positive definite'
    echo '{"kind":' > bad.json
    run --separate-stderr regimes --regime-file bad.json bars
    assert_failure 78
    run --separate-stderr regimes -R gmm -T /dev/full/x old
    assert_failure
    head -n 300 old > few
    run --separate-stderr regimes -R gmm -T few.json few
    assert_failure 65
    [[ $stderr == *"504 are needed"* ]]
    [ ! -e few.json ]
}
