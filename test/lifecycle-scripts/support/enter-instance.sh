#!/bin/bash
# enter-instance.sh ROOT ANACONDA PREFIXES MOUNTS USER COMMAND…
# Makes ROOT the root directory and runs a command there, inside a mount namespace of its own (see notebook-instance.ts).
# ANACONDA is what /home/ec2-user/anaconda3 has when it is new. PREFIXES are directories seen at the same path, MOUNTS are "PATH=SIZE" of file systems that are that small; both are separated by blanks.
set -euo pipefail

_main() {
  local root=$1 anaconda=$2 prefixes=$3 mounts=$4 user=$5 directory mount
  shift 5
  mount --make-rprivate /
  mount --bind /usr "$root/host/usr"
  for directory in lib lib32 lib64 libx32 libexec share; do
    [[ ! -d /usr/$directory ]] || mount --bind "/usr/$directory" "$root/usr/$directory"
  done
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  # Where there are no overlays, links to the files do as well: pip and the scripts replace files.
  mount -t overlay -o "lowerdir=$anaconda,upperdir=$root/changes/files,workdir=$root/changes/work" \
    overlay "$root/home/ec2-user/anaconda3" 2>/dev/null ||
    [[ -d $root/home/ec2-user/anaconda3/envs ]] || cp -al "$anaconda/." "$root/home/ec2-user/anaconda3/"
  for directory in $prefixes; do
    [[ $directory == /usr ]] || mount --bind "$directory" "$root$directory"
  done
  for mount in $mounts; do
    mount -t tmpfs -o "size=${mount#*=},mode=755,uid=$(id -u)" tmpfs "$root${mount%%=*}"
    [[ ${mount%%=*} != /home/* ]] || chroot "$root" chown ec2-user:ec2-user "${mount%%=*}"
  done
  if [[ $user == root ]]; then
    exec chroot "$root" "$@"
  fi
  exec chroot "$root" setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

_main "$@"
