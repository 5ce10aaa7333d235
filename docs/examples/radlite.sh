#!/bin/sh
# Asks a server of Radlite with curl: sh docs/examples/radlite.sh RADIOGRAPH
# RADLITE_URL says where it is; RADLITE_KEY is the API key, which `npm start` on this machine does not ask for:
# a viewer's, or a caller's without the versions.
set -eu
url=${RADLITE_URL:-http://localhost:3000}
radiograph=$1

ask() { curl --silent --show-error ${RADLITE_KEY:+-H "Authorization: Bearer $RADLITE_KEY"} "$@"; }
# The value of a key whose value is a text: of one line of JSON, without a parser.
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

echo "classify:"
ask --data-binary @"$radiograph" -H 'content-type: application/octet-stream' "$url/classify"
echo

echo "refused:" # not a radiograph: a code, a reason, and a sentence that says what to do
printf 'not a radiograph' | ask --data-binary @- -H 'content-type: image/jpeg' "$url/classify"
echo

echo "review:" # NEEDS_REVIEW leaves it to a person; this asks for the word of the threshold all the same
ask --data-binary @"$radiograph" -H 'content-type: image/jpeg' "$url/classify?onReview=answer"
echo

echo "production:"
ask "$url/models/production"
echo

echo "versions:"
ask -H 'content-type: application/json' \
  -d '{"query":"{ versions(first: 3) { edges { node { id sizeBytes } } } }"}' "$url/graphql"
echo

echo "upload:" # for files over 4.7 MB on AWS, 10 MB here
bytes=$(wc -c < "$radiograph" | tr -d ' ')
sha256=$(sha256sum "$radiograph" | cut -d ' ' -f 1)
place=$(ask -H 'content-type: application/json' -d "{\"bytes\":$bytes,\"sha256\":\"$sha256\"}" "$url/uploads")
address=$(printf '%s\n' "$place" | value url)
headers=$(mktemp)
printf '%s\n' "$place" | sed -n 's/.*"headers":{\([^}]*\)}.*/\1/p' | tr ',' '\n' |
  sed -n 's/^"\([^"]*\)":"\(.*\)"$/\1: \2/p' | sed 's/\\"/"/g' > "$headers"
case $address in
  "$url"/*) ask --upload-file "$radiograph" "$address" ;; # to the server itself, with the key
  *) curl --silent --show-error --fail -H @"$headers" --upload-file "$radiograph" "$address" ;; # to the bucket, without
esac > /dev/null
rm "$headers"
upload=$(printf '%s\n' "$place" | value upload)
ask -H 'content-type: application/json' -d "{\"upload\":\"$upload\"}" "$url/classify"
echo
