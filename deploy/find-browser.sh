#!/usr/bin/env bash
# Finds a Chromium for the browser tests, installs Debian's where the system allows it, and fails with a clear line otherwise.
set -u
for name in "${KINLINE_BROWSER:-}" chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1 && command -v chromium >/dev/null && exit 0
fi
echo "No Chromium found for the browser tests: install chromium (Debian: sudo apt-get install chromium), or set KINLINE_BROWSER to one."
exit 1
