// For a process of the test: what it asks of an HTTP API on AWS goes to FRONT_URL instead (node --import).
const { fetch } = globalThis;
const ADDRESS = /^https:\/\/[^/]+\.execute-api\.[^/]+/;
globalThis.fetch = (url, options) => fetch(String(url).replace(ADDRESS, process.env.FRONT_URL), options);
