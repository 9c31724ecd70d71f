# shellcheck shell=bash
# The source as an image's build gets it.

# source_archive: prints the path of an archive of the commit, made as README.md of linux/buildroot says. What is
# changed and not yet committed is in it, new files only after `git add`.
source_archive() {
  local version commit archive
  version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml)
  commit=$(git stash create)
  archive=$WORK/haos-analytics-$version.tar.gz
  git archive --format=tar.gz --prefix="haos-analytics-$version/" -o "$archive" "${commit:-HEAD}"
  echo "$archive"
}
