//! How the country of a report is found.

use super::form;
use crate::origin::{Geoip, Networks, Origin};
use clap::Args;
use hyper::header::HeaderName;
use std::path::PathBuf;

/// Options about where a report comes from.
#[derive(Args, Clone, Debug)]
pub struct OriginOptions {
    /// Networks whose headers count, as 127.0.0.1/32,::1
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_TRUSTED_PROXY", hide_env = true, value_name = "LIST")]
    #[arg(default_value = "", hide_default_value = true)]
    pub trusted_proxy: Networks,
    /// The country, from a trusted proxy
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_COUNTRY_HEADER", hide_env = true, value_name = "NAME")]
    #[arg(default_value = "CF-IPCountry", value_parser = form::header)]
    pub country_header: HeaderName,
    /// The state of the US, from a trusted proxy
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_REGION_HEADER", hide_env = true, value_name = "NAME")]
    #[arg(default_value = "CF-Region-Code", value_parser = form::header)]
    pub region_header: HeaderName,
    /// The client's address, from a trusted proxy, for --geoip
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_ADDRESS_HEADER", hide_env = true, value_name = "NAME")]
    #[arg(default_value = "X-Forwarded-For", value_parser = form::header)]
    pub address_header: HeaderName,
    /// A database of addresses in MaxMind's format
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_GEOIP", hide_env = true, value_name = "FILE")]
    pub geoip: Option<PathBuf>,
}

impl OriginOptions {
    /// Opens what they name.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn open(self) -> Result<Origin, String> {
        let geoip = self.geoip.as_deref().map(Geoip::open).transpose();
        Ok(Origin {
            trusted: self.trusted_proxy,
            country: Some(self.country_header),
            region: Some(self.region_header),
            address: Some(self.address_header),
            geoip: geoip.map_err(|error| format!("--geoip: {error}"))?,
        })
    }
}

impl core::str::FromStr for Networks {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        let mut networks = Self::default();
        for network in list.split(',').map(str::trim).filter(|network| !network.is_empty()) {
            networks
                .add(network)
                .map_err(|error| format!("has {network:?}, which is no network such as 10.0.0.0/8: {error}"))?;
        }
        Ok(networks)
    }
}
