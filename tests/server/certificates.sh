#!/usr/bin/env bash
# certificates.sh DIR: the certificates of the TLS tests, each with its key in DIR/NAME.pem, and the root that the tests
# trust in DIR/ca.crt: good (for 127.0.0.1 and localhost), expired, wronghost, unknown (of another root), selfsigned.
set -eu
cd "$1"
mkdir -p issued

root() { # NAME
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" -days 30 -subj "/CN=volpipe test $1" \
        -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign
}

leaf() { # NAME ROOT SUBJECT-ALTERNATIVE-NAME DATES…
    local name=$1 root=$2 san=$3
    shift 3
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$name"
    printf 'subjectAltName=%s\nbasicConstraints=CA:false\n' "$san" > "$name.ext"
    : > "$name.db"
    cat > "$name.cnf" <<EOF
[ca]
default_ca=d
[d]
database=$name.db
serial=$name.serial
new_certs_dir=issued
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
EOF
    echo 1000 > "$name.serial"
    openssl ca -batch -notext -config "$name.cnf" -cert "$root.crt" -keyfile "$root.key" -in "$name.csr" \
        -out "$name.crt" -extfile "$name.ext" "$@"
    cat "$name.key" "$name.crt" > "$name.pem"
}

root ca
root other
leaf good ca 'IP:127.0.0.1,DNS:localhost' -days 30
leaf expired ca 'IP:127.0.0.1,DNS:localhost' -startdate 20200101000000Z -enddate 20200201000000Z
leaf wronghost ca 'DNS:example.com' -days 30
leaf unknown other 'IP:127.0.0.1,DNS:localhost' -days 30
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout selfsigned.key -out selfsigned.crt -days 30 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1,DNS:localhost
cat selfsigned.key selfsigned.crt > selfsigned.pem
