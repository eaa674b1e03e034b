#!/bin/bash
# Runs as root once, when the notebook instance is made, before on-start.sh: copies the starter notebooks of the bundle
# into SageMaker/, never over a file that is there. Ends with 0 whatever happens, for else the instance would not start.
set -euo pipefail

REGION='@REGION@'
BUNDLE_S3_URI='@BUNDLE_S3_URI@'
BUNDLE_SHA256='@BUNDLE_SHA256@'

readonly SAGEMAKER=/home/ec2-user/SageMaker
readonly LOG=/var/log/jupyterlab-replica-on-create.log
readonly FETCH_SECONDS=90

say() {
  printf '%s jupyterlab-replica: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$LOG" || true
}

give_up() {
  say "$* The starter notebooks are missing; everything else is on-start.sh's."
  exit 0
}

check_settings() {
  local name
  for name in REGION BUNDLE_S3_URI BUNDLE_SHA256; do
    [[ ${!name} =~ ^[A-Za-z0-9._:/@+=,-]+$ && ! ${!name} =~ @[A-Z][A-Z0-9_]*@ ]] ||
      give_up "The setting $name of this script is not filled in: deploy the stack again."
  done
}

find_aws() {
  local candidate
  for candidate in aws /usr/local/bin/aws /home/ec2-user/anaconda3/bin/aws \
    /home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/aws; do
    command -v "$candidate" && return
  done
  return 1
}

fetch_bundle() {
  local aws
  aws=$(find_aws) || give_up 'There is no aws program on this instance.'
  timeout "$FETCH_SECONDS" "$aws" s3 cp --region "$REGION" --only-show-errors --cli-connect-timeout 5 \
    "$BUNDLE_S3_URI" "$WORK/bundle.tar" >>"$LOG" 2>&1 ||
    give_up "$BUNDLE_S3_URI cannot be read (see $LOG): check the S3 endpoint, the role and the disk."
  printf '%s  %s\n' "$BUNDLE_SHA256" "$WORK/bundle.tar" | sha256sum --check --status ||
    give_up "$BUNDLE_S3_URI is not the bundle that was deployed: its SHA-256 differs. Deploy the stack again."
  tar -xf "$WORK/bundle.tar" -C "$WORK" notebooks >>"$LOG" 2>&1 || give_up "The bundle cannot be unpacked (see $LOG)."
}

copy_notebooks() {
  local notebook name
  for notebook in "$WORK"/notebooks/*.ipynb; do
    name=$(basename "$notebook")
    if [[ -e $SAGEMAKER/$name || -L $SAGEMAKER/$name ]]; then
      say "$name is there already and stays as it is."
    elif install -o ec2-user -g ec2-user -m 644 "$notebook" "$SAGEMAKER/$name" 2>>"$LOG"; then
      say "Copied $name."
    else
      rm -f "$SAGEMAKER/$name"
      say "$name cannot be copied: is the volume full?"
    fi
  done
}

_main() {
  WORK=$(mktemp -d) || give_up 'There is no room for a temporary directory.'
  trap 'rm -rf "$WORK"; exit 0' EXIT
  check_settings
  fetch_bundle
  copy_notebooks
}

_main
