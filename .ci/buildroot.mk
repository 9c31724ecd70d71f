# What Buildroot 2025.02's cargo-package does with linux/buildroot/haos-analytics.mk, as Home Assistant OS has it set:
# BR2_OPTIMIZE_2 and BR2_ENABLE_LTO, no debugging; here for this machine's own processor.
#
# make -f .ci/buildroot.mk SOURCE=unpacked-and-vendored TARGET_DIR=image CARGO_HOME=empty
# make -f .ci/buildroot.mk SOURCE=unpacked LEGAL_INFO_DIR=legal legal-info

# Buildroot's own.
INSTALL = install
qstrip = $(strip $(subst ",,$(1)))
cargo-package =
include linux/buildroot/haos-analytics.mk

RUSTC_TARGET_NAME = x86_64-unknown-linux-gnu
TARGET_CFLAGS = -D_LARGEFILE_SOURCE -D_LARGEFILE64_SOURCE -D_FILE_OFFSET_BITS=64 -O2 -g0 -D_FORTIFY_SOURCE=1

ENVIRONMENT = \
	CC=gcc AR=gcc-ar CFLAGS="$(TARGET_CFLAGS)" \
	CARGO_HOME=$(CARGO_HOME) \
	CARGO_NET_OFFLINE=true \
	__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS=nightly \
	CARGO_UNSTABLE_HOST_CONFIG=true \
	CARGO_UNSTABLE_TARGET_APPLIES_TO_HOST=true \
	CARGO_TARGET_APPLIES_TO_HOST=false \
	CARGO_BUILD_TARGET=$(RUSTC_TARGET_NAME) \
	CARGO_HOST_RUSTFLAGS="-C link-args=-Wl,-rpath,/nothing" \
	CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=gcc \
	CARGO_PROFILE_DEV_INCREMENTAL=false CARGO_PROFILE_RELEASE_INCREMENTAL=false \
	CARGO_PROFILE_DEV_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
	CARGO_PROFILE_DEV_SPLIT_DEBUGINFO=off CARGO_PROFILE_RELEASE_SPLIT_DEBUGINFO=off \
	CARGO_PROFILE_DEV_OPT_LEVEL=2 CARGO_PROFILE_RELEASE_OPT_LEVEL=2 \
	CARGO_PROFILE_DEV_LTO=true CARGO_PROFILE_RELEASE_LTO=true \
	CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_RELEASE_DEBUG=0 \
	CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=false \
	CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=false \
	$(HAOS_ANALYTICS_CARGO_ENV)

$(SOURCE)/.stamp_target_installed: FORCE
	cd $(@D)/$(HAOS_ANALYTICS_SUBDIR) && $(ENVIRONMENT) cargo build \
		--offline --release --manifest-path Cargo.toml --locked $(HAOS_ANALYTICS_CARGO_BUILD_OPTS)
	cd $(@D)/$(HAOS_ANALYTICS_SUBDIR) && $(ENVIRONMENT) cargo install \
		--offline --root $(TARGET_DIR)/usr/ --bins --path ./ --no-track --force --locked \
		-Z target-applies-to-host $(HAOS_ANALYTICS_CARGO_INSTALL_OPTS)
	$(foreach hook,$(HAOS_ANALYTICS_POST_INSTALL_TARGET_HOOKS),$($(hook))$(newline))
	$(HAOS_ANALYTICS_INSTALL_INIT_SYSTEMD)

# As `make legal-info` does it, without the manifest.
legal-info: LICENSE_FILES = $(LEGAL_INFO_DIR)/licenses/haos-analytics-$(HAOS_ANALYTICS_VERSION)
legal-info: HAOS_ANALYTICS_DIR = $(SOURCE)
legal-info: FORCE
	mkdir -p $(LICENSE_FILES)
	cd $(SOURCE) && cp --parents $(HAOS_ANALYTICS_LICENSE_FILES) $(LICENSE_FILES)
	$(foreach hook,$(HAOS_ANALYTICS_POST_LEGAL_INFO_HOOKS),$($(hook))$(newline))

define newline


endef

FORCE:
.PHONY: FORCE
