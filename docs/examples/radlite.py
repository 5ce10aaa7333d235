"""Asks a server of Radlite with Python's standard library alone: python3 docs/examples/radlite.py RADIOGRAPH

RADLITE_URL says where it is; RADLITE_KEY is the API key, which `npm start` on this machine does not ask for:
a viewer's, or a caller's without the versions.
"""

import hashlib
import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("RADLITE_URL", "http://localhost:3000")
KEY = os.environ.get("RADLITE_KEY")


class Refused(Exception):
    """What a server refuses: a code, often a reason, and a sentence that says what to do."""

    def __init__(self, status, error):
        super().__init__(error["message"])
        self.status, self.code, self.reason = status, error["code"], error.get("reason")


def send(method, url, body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    if KEY and url.startswith(URL):  # the key is nobody else's
        request.add_header("Authorization", "Bearer " + KEY)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.read()
    except urllib.error.HTTPError as problem:
        raise Refused(problem.code, read_error(json.load(problem))) from None


def read_error(answer):
    """/graphql has its errors in a list, with their codes beside the sentences, and all else has one error."""
    if "error" in answer:
        return answer["error"]
    first = answer["errors"][0]
    return {**first.get("extensions", {"code": None}), "message": first["message"]}


def post_json(path, value):
    return json.loads(send("POST", URL + path, json.dumps(value).encode(), {"Content-Type": "application/json"}))


def classify(radiograph, query=""):
    octets = {"Content-Type": "application/octet-stream"}
    return json.loads(send("POST", URL + "/classify" + query, radiograph, octets))


def classify_large(radiograph):
    """Over 4.7 MB on AWS, 10 MB here: announced, put where the server says, then named."""
    announced = {"bytes": len(radiograph), "sha256": hashlib.sha256(radiograph).hexdigest()}
    place = post_json("/uploads", announced)
    send("PUT", place["url"], radiograph, {"Content-Type": "application/octet-stream", **place["headers"]})
    return post_json("/classify", {"upload": place["upload"]})


def graphql(query, variables=None):
    answer = post_json("/graphql", {"query": query, "variables": variables or {}})
    if answer.get("errors"):
        raise RuntimeError(answer["errors"][0]["message"])
    return answer["data"]


def main(path):
    with open(path, "rb") as file:
        radiograph = file.read()
    answer = classify(radiograph)
    print("classify:", answer["verdict"], answer["probability"])
    if answer["verdict"] == "NEEDS_REVIEW":
        print("a person should look:", ", ".join(answer["review"]))
    try:
        classify(b"not a radiograph")
    except Refused as refusal:
        print("refused:", refusal.status, refusal.code, refusal.reason)
    print("review:", classify(radiograph, "?onReview=answer")["verdict"])
    production = json.loads(send("GET", URL + "/models/production"))
    print("production:", "{name}@{version}".format(**production), production["bytes"])
    versions = graphql("query ($n: Int!) { versions(first: $n) { edges { node { id sizeBytes } } } }", {"n": 3})
    for edge in versions["versions"]["edges"]:
        print("versions:", edge["node"]["id"], edge["node"]["sizeBytes"])
    print("upload:", classify_large(radiograph)["probability"])


if __name__ == "__main__":
    main(sys.argv[1])
