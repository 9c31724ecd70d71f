SUMMARY = "Home Assistant analytics, sent by the operating system"
DESCRIPTION = "Finds out board and version, asks Home Assistant's settings for consent, prints what it sends, posts it."
HOMEPAGE = "https://www.home-assistant.io/integrations/analytics/"
SECTION = "admin"
# The second half is of the packages that are linked; their texts are LICENSE-THIRD-PARTY.
LICENSE = "(MIT | Apache-2.0) & Apache-2.0 & BSD-3-Clause & CDLA-Permissive-2.0 & ISC & MIT & Unicode-3.0"
# For releases of Yocto that do not bring the texts of these.
NO_GENERIC_LICENSE[CDLA-Permissive-2.0] = "LICENSE-THIRD-PARTY"
NO_GENERIC_LICENSE[Unicode-3.0] = "LICENSE-THIRD-PARTY"
LIC_FILES_CHKSUM = "\
    file://LICENSE-MIT;md5=9d7512d43dcc4d5405180b8499a8471c \
    file://LICENSE-APACHE;md5=3b83ef96387f14655fc854ddc3c6bd57 \
    file://LICENSE-THIRD-PARTY;md5=5d3496759d7d97c9eb829db715493925 \
"

# Every package of the lock file: `crates.py` writes it.
require ${BPN}-crates.inc
# The archive lies beside this file, in files/; README.md says how it is made. Another address goes here.
SRC_URI += "file://${BP}.tar.gz"

inherit cargo systemd features_check bash-completion

REQUIRED_DISTRO_FEATURES = "systemd"

# One package of the workspace.
CARGO_SRC_DIR = "linux"

# bitbake itself strips the program, and keeps the symbols in the -dbg package.
export CARGO_PROFILE_RELEASE_STRIP = "none"

# What the program is linked with depends on the C library. It gets into the -doc package.
SBOM = "gnu"
SBOM:libc-musl = "musl"

# The image's own settings, for local.conf or a .bbappend: receiver, DSN, and 1 for crashes of the
# board. The owner's, in /etc/default, are stronger.
HAOS_ANALYTICS_ENDPOINT ?= ""
HAOS_ANALYTICS_DSN ?= ""
HAOS_ANALYTICS_BOARD_CRASHES ?= ""

# The service is started by the timer alone.
SYSTEMD_SERVICE:${PN} = "haos-analytics.timer"

do_install:append() {
    install -D -m 0644 ${S}/linux/systemd/haos-analytics.service ${D}${systemd_system_unitdir}/haos-analytics.service
    install -D -m 0644 ${S}/linux/systemd/haos-analytics.timer ${D}${systemd_system_unitdir}/haos-analytics.timer
    install -D -m 0644 ${S}/linux/systemd/haos-analytics.default ${D}${sysconfdir}/default/haos-analytics
    install -D -m 0644 ${S}/linux/man/haos-analytics.8 ${D}${mandir}/man8/haos-analytics.8
    install -D -m 0644 ${S}/linux/sbom/${SBOM}.cdx.json \
        ${D}${docdir}/${BPN}/haos-analytics.cdx.json
    install -D -m 0644 ${S}/linux/completions/haos-analytics.bash \
        ${D}${datadir}/bash-completion/completions/haos-analytics
    install -D -m 0644 ${S}/linux/completions/_haos-analytics ${D}${datadir}/zsh/site-functions/_haos-analytics
    install -D -m 0644 ${S}/linux/completions/haos-analytics.fish \
        ${D}${datadir}/fish/vendor_completions.d/haos-analytics.fish
    for setting in "ENDPOINT=${HAOS_ANALYTICS_ENDPOINT}" "DSN=${HAOS_ANALYTICS_DSN}" \
        "BOARD_CRASHES=${HAOS_ANALYTICS_BOARD_CRASHES}"; do
        if [ -n "${setting#*=}" ]; then
            install -d ${D}${nonarch_libdir}/haos-analytics
            printf 'HAOS_ANALYTICS_%s\n' "$setting" >>${D}${nonarch_libdir}/haos-analytics/environment
        fi
    done
}

CONFFILES:${PN} = "${sysconfdir}/default/haos-analytics"
FILES:${PN} += "\
    ${systemd_system_unitdir}/haos-analytics.service \
    ${nonarch_libdir}/haos-analytics \
    ${datadir}/zsh \
    ${datadir}/fish \
"
