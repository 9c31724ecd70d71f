################################################################################
#
# haos-analytics
#
################################################################################

HAOS_ANALYTICS_VERSION = 0.1.0
# The archive lies beside this file; README.md says how it is made. Another address goes here.
HAOS_ANALYTICS_SITE = file://$(patsubst %/,%,$(HAOS_ANALYTICS_PKGDIR))
HAOS_ANALYTICS_LICENSE = \
	MIT or Apache-2.0, Apache-2.0 (linked), BSD-3-Clause (linked), \
	CDLA-Permissive-2.0 (linked), ISC (linked), MIT (linked), \
	Unicode-3.0 (linked)
HAOS_ANALYTICS_LICENSE_FILES = LICENSE LICENSE-MIT LICENSE-APACHE LICENSE-THIRD-PARTY

# One package of the workspace. The lock file and the vendored sources are the workspace's.
HAOS_ANALYTICS_SUBDIR = linux

# Those of shells that are not in the image are taken out again when it is finished, as the manual page is.
define HAOS_ANALYTICS_INSTALL_PAGES
	$(INSTALL) -D -m 0644 $(@D)/linux/man/haos-analytics.8 \
		$(TARGET_DIR)/usr/share/man/man8/haos-analytics.8
	$(INSTALL) -D -m 0644 $(@D)/linux/completions/haos-analytics.bash \
		$(TARGET_DIR)/usr/share/bash-completion/completions/haos-analytics
	$(INSTALL) -D -m 0644 $(@D)/linux/completions/_haos-analytics \
		$(TARGET_DIR)/usr/share/zsh/site-functions/_haos-analytics
endef
HAOS_ANALYTICS_POST_INSTALL_TARGET_HOOKS += HAOS_ANALYTICS_INSTALL_PAGES

# What the program is linked with, for whoever looks for known faults. Not in the image.
define HAOS_ANALYTICS_SAVE_SBOM
	$(INSTALL) -D -m 0644 \
		$(HAOS_ANALYTICS_DIR)/linux/sbom/$(if $(BR2_TOOLCHAIN_USES_MUSL),musl,gnu).cdx.json \
		$(LEGAL_INFO_DIR)/sbom/haos-analytics-$(HAOS_ANALYTICS_VERSION).cdx.json
endef
HAOS_ANALYTICS_POST_LEGAL_INFO_HOOKS += HAOS_ANALYTICS_SAVE_SBOM

# The image's own settings. The owner's, in /etc/default, are stronger.
HAOS_ANALYTICS_SETTINGS = \
	$(addprefix HAOS_ANALYTICS_ENDPOINT=,$(call qstrip,$(BR2_PACKAGE_HAOS_ANALYTICS_ENDPOINT))) \
	$(addprefix HAOS_ANALYTICS_DSN=,$(call qstrip,$(BR2_PACKAGE_HAOS_ANALYTICS_DSN))) \
	$(if $(BR2_PACKAGE_HAOS_ANALYTICS_BOARD_CRASHES),HAOS_ANALYTICS_BOARD_CRASHES=1)

ifneq ($(strip $(HAOS_ANALYTICS_SETTINGS)),)
define HAOS_ANALYTICS_INSTALL_SETTINGS
	mkdir -p $(TARGET_DIR)/usr/lib/haos-analytics
	printf '%s\n' $(foreach setting,$(HAOS_ANALYTICS_SETTINGS),'$(setting)') \
		>$(TARGET_DIR)/usr/lib/haos-analytics/environment
endef
HAOS_ANALYTICS_POST_INSTALL_TARGET_HOOKS += HAOS_ANALYTICS_INSTALL_SETTINGS
endif

# The timer has an [Install] section, so the image's `systemctl preset-all` enables it.
define HAOS_ANALYTICS_INSTALL_INIT_SYSTEMD
	$(INSTALL) -D -m 0644 $(@D)/linux/systemd/haos-analytics.service \
		$(TARGET_DIR)/usr/lib/systemd/system/haos-analytics.service
	$(INSTALL) -D -m 0644 $(@D)/linux/systemd/haos-analytics.timer \
		$(TARGET_DIR)/usr/lib/systemd/system/haos-analytics.timer
endef

$(eval $(cargo-package))
