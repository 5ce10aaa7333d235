/**
 * A small radiograph-like picture, 72x56 JPEG, quality 35. Its decoded pixels are part of every cache key:
 * when decoder, resize or normalisation change by one bit, old entries are no longer found. The grey level at
 * (x, y) was 128 + 60 sin(x / 9) + 50 cos(y / 7 + x / 23), channels 12 levels apart.
 */
export const PROBE_JPEG: Uint8Array = Buffer.from(
  [
    "/9j/2wBDABcQERQRDhcUEhQaGBcbIjklIh8fIkYyNSk5UkhXVVFIUE5bZoNvW2F8Yk5QcptzfIeLkpSSWG2grJ+OqoOPko3/",
    "2wBDARgaGiIeIkMlJUONXlBejY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY3/wAAR",
    "CAA4AEgDASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAQFAwL/xAAdEAADAAIDAQEAAAAAAAAAAAAAAQMCIQQRMRNh",
    "/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAEC/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AsSokMfbXpGlf9N/s",
    "+jbJq19ekrlX92aWo2idyMm+wF7329ijq2zqvbZljg2wGpZtsoQ7Ylx5NtFXjQ80Brhi2gHZQ14AEaLbHMU2jHjReijOGvAE",
    "88G0J2ky3lDXgtWH4BCzhvwMIb8KOckmc44JMA48PNFbjRWhSCSKMckgGpzSQAqJICCdxo+aKE5JIXg0htZpIo4zwSQlfpdj",
    "VqpIl8q/uwF7ZJMXdUmZci+3sTd9+gVp2HJX/SDO2x6NGwK/316Aljk2gAalf9Nvvr0AAXtfXpL5NnsAAl2o2xdNtgADUE2y",
    "nx5t9AAFCcX0AAB//9k=",
  ].join(""),
  "base64",
);
