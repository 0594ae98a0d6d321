#!/usr/bin/env bash
# Builds a wheel, vendors its libraries with auditwheel, installs it into an empty virtual environment, and runs
# `mpc-fast doctor` and a TOY 2-of-2 there: with an empty environment, and where the kernel allows it in a mount
# namespace in which the headers and the system's copies of the libraries are hidden.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=$PWD/.venv/bin/python
export CMAKE_BUILD_PARALLEL_LEVEL=${MPC_JOBS:-$(nproc)}

echo "wheel: building"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work/raw" .
echo "wheel: vendoring libraries"
PATH="$PWD/.venv/bin:$PATH" "$python" -m auditwheel repair --wheel-dir "$work/wheels" "$work"/raw/*.whl >"$work/auditwheel.log" 2>&1 ||
  { cat "$work/auditwheel.log"; exit 1; }
wheel=$(echo "$work"/wheels/*.whl)
echo "wheel: $(basename "$wheel"), $(stat -c %s "$wheel") bytes"
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel"

cat >"$work/run.sh" <<'RUN'
set -euo pipefail
if [[ ${HIDE-} == yes ]]; then
  mount -t tmpfs none /usr/include
  for library in gmp secp256k1 sodium; do
    for file in /usr/lib/*/lib$library.so* /lib/*/lib$library.so*; do
      if [[ -e $file ]]; then mount --bind /dev/null "$file"; fi
    done
  done
  echo "wheel: headers and system libraries are hidden"
fi
cd "$WORK"
venv/bin/mpc-fast doctor
export MPC_FAST_INSECURE_TEST_PROFILE=1 MPC_FAST_PASSPHRASE=wheel-test
venv/bin/mpc-fast keygen --threshold 2 --parties 2 --profile TOY --out keys --json
venv/bin/mpc-fast sign --share keys/party-1.share --share keys/party-2.share --json \
  --digest 0x1111111111111111111111111111111111111111111111111111111111111111
venv/bin/python - <<'PY'
import mpc_fast._native
mapped = {line.split()[-1] for line in open("/proc/self/maps") if "/" in line}
for name in ("libgmp", "libsecp256k1", "libsodium"):
    copies = [path for path in mapped if name in path]
    assert copies and all("mpc_fast.libs" in path for path in copies), copies
print("wheel: only vendored copies of the libraries are loaded")
PY
RUN
clean=(env -i "WORK=$work" PATH=/usr/bin:/bin HOME="$work" LANG=C.UTF-8)
if unshare --mount true 2>/dev/null; then
  "${clean[@]}" HIDE=yes unshare --mount bash "$work/run.sh"
else
  echo "wheel: no mount namespace here, so headers stay visible"
  "${clean[@]}" bash "$work/run.sh"
fi
echo "wheel: works"
