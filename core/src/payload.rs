//! The JSON on the wire, top to bottom: this file is its documentation.
//!
//! The order is that of Home Assistant's own documentation. What is absent is left out, never `null`: the receiver
//! refuses nulls and unknown keys. It also refuses lists of 1,000 integrations or more; every other limit of its
//! is kept by the types of what is written: each text has a closed [form](crate::form).

use core::fmt;

use crate::form::{Form, Kind};
use crate::json::{Full, Writer};
use crate::{Addon, Base, BoardInfo, CustomIntegration, Domain, HomeAssistant, Label, Recorder, Supervisor};

/// The receiver takes fewer than 1,000 integrations.
pub const MOST_INTEGRATIONS: usize = 999;

/// Why a payload could not be written. Nothing of it may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The lent slice ends within this field. Nothing is shortened to fit.
    TooLong {
        /// The key of the outermost object.
        field: &'static str,
        /// The length of the lent slice, in bytes.
        capacity: usize,
    },
    /// The list has more items than the receiver takes.
    TooMany {
        /// The key of the outermost object.
        field: &'static str,
        /// The most items.
        limit: usize,
    },
}

/// Writes what `base` allows into `buffer` and returns the part of it that is the payload.
///
/// A payload with 999 integrations, 200 add-ons and 200 custom integrations has about 46 kB.
///
/// # Errors
///
/// [`Error`] names the field that did not fit. `buffer` then holds a beginning that is of no use.
pub fn write<'b>(
    base: Base,
    board: &impl BoardInfo,
    home: &impl HomeAssistant,
    buffer: &'b mut [u8],
) -> Result<&'b [u8], Error> {
    let mut payload = Payload::new(buffer)?;

    let installation = home.installation();
    payload.field("uuid", |json| json.string(installation.uuid.as_str()))?;
    payload.field("version", |json| json.string(installation.version.as_str()))?;
    payload.field("installation_type", |json| json.string(installation.installation_type.as_str()))?;
    payload.optional("supervisor", home.supervisor(), supervisor)?;
    payload.optional("operating_system", board.board(), |json, id| operating_system(json, id, board.os_version()))?;

    if base.usage {
        payload.list("integrations", home.integrations(), MOST_INTEGRATIONS, integration)?;
        payload.list("custom_integrations", home.custom_integrations(), usize::MAX, custom_integration)?;
        payload.list("addons", home.addons(), usize::MAX, addon)?;
        payload.optional("energy", home.energy_configured(), energy)?;
        payload.optional("certificate", home.certificate(), Writer::boolean)?;
        payload.optional("recorder", home.recorder(), recorder)?;
    }
    if base.statistics {
        payload.optional("state_count", home.state_count(), Writer::number)?;
        payload.optional("automation_count", home.automation_count(), Writer::number)?;
        payload.optional("integration_count", home.integration_count(), Writer::number)?;
        payload.optional("addon_count", home.addon_count(), Writer::number)?;
        payload.optional("user_count", home.user_count(), Writer::number)?;
    }
    payload.end()
}

fn supervisor(json: &mut Writer<'_>, supervisor: Supervisor<'_>) -> Result<(), Full> {
    json.begin_object()?;
    json.key("healthy")?;
    json.boolean(supervisor.healthy)?;
    json.key("supported")?;
    json.boolean(supervisor.supported)?;
    text(json, "arch", supervisor.arch)?;
    json.end_object()
}

fn operating_system(json: &mut Writer<'_>, board: Label<'_>, version: Option<Label<'_>>) -> Result<(), Full> {
    json.begin_object()?;
    text(json, "board", Some(board))?;
    text(json, "version", version)?;
    json.end_object()
}

fn integration(json: &mut Writer<'_>, domain: Domain<'_>) -> Result<(), Full> {
    json.string(domain.as_str())
}

fn custom_integration(json: &mut Writer<'_>, custom: CustomIntegration<'_>) -> Result<(), Full> {
    json.begin_object()?;
    text(json, "domain", Some(custom.domain))?;
    text(json, "version", custom.version)?;
    json.end_object()
}

fn addon(json: &mut Writer<'_>, addon: Addon<'_>) -> Result<(), Full> {
    json.begin_object()?;
    text(json, "slug", Some(addon.slug))?;
    json.key("protected")?;
    json.boolean(addon.protected)?;
    text(json, "version", addon.version)?;
    json.key("auto_update")?;
    json.boolean(addon.auto_update)?;
    json.end_object()
}

fn energy(json: &mut Writer<'_>, configured: bool) -> Result<(), Full> {
    json.begin_object()?;
    json.key("configured")?;
    json.boolean(configured)?;
    json.end_object()
}

fn recorder(json: &mut Writer<'_>, recorder: Recorder<'_>) -> Result<(), Full> {
    json.begin_object()?;
    json.key("engine")?;
    json.string(recorder.engine.as_str())?;
    text(json, "version", Some(recorder.version))?;
    json.end_object()
}

fn text<K: Kind>(json: &mut Writer<'_>, key: &str, value: Option<Form<'_, K>>) -> Result<(), Full> {
    let Some(value) = value else { return Ok(()) };
    json.key(key)?;
    json.string(value.as_str())
}

/// The outermost object: it knows which field a full slice ended in.
struct Payload<'b> {
    json: Writer<'b>,
    capacity: usize,
}

impl<'b> Payload<'b> {
    fn new(buffer: &'b mut [u8]) -> Result<Self, Error> {
        let capacity = buffer.len();
        let mut json = Writer::new(buffer);
        // Not even `{` fits: the first field is what is missing.
        json.begin_object().map_err(|Full| Error::TooLong { field: "uuid", capacity })?;
        Ok(Payload { json, capacity })
    }

    fn field(
        &mut self,
        field: &'static str,
        write: impl FnOnce(&mut Writer<'b>) -> Result<(), Full>,
    ) -> Result<(), Error> {
        let capacity = self.capacity;
        let whole = || {
            self.json.key(field)?;
            write(&mut self.json)
        };
        whole().map_err(|Full| Error::TooLong { field, capacity })
    }

    fn optional<T>(
        &mut self,
        field: &'static str,
        value: Option<T>,
        write: impl FnOnce(&mut Writer<'b>, T) -> Result<(), Full>,
    ) -> Result<(), Error> {
        match value {
            Some(value) => self.field(field, |json| write(json, value)),
            None => Ok(()),
        }
    }

    fn list<T>(
        &mut self,
        field: &'static str,
        items: Option<impl Iterator<Item = T>>,
        limit: usize,
        write: impl Fn(&mut Writer<'b>, T) -> Result<(), Full>,
    ) -> Result<(), Error> {
        let Some(items) = items else { return Ok(()) };
        let mut count = 0_usize;
        self.field(field, |json| {
            json.begin_array()?;
            for item in items {
                count = count.saturating_add(1);
                if count > limit {
                    break;
                }
                write(json, item)?;
            }
            json.end_array()
        })?;
        if count > limit {
            return Err(Error::TooMany { field, limit });
        }
        Ok(())
    }

    fn end(mut self) -> Result<&'b [u8], Error> {
        // Everything is written but the brace: name the whole, no single field is to blame.
        self.json.end_object().map_err(|Full| Error::TooLong { field: "payload", capacity: self.capacity })?;
        Ok(self.json.finish())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::TooLong { field, capacity } => {
                write!(f, "{field}: the payload does not fit into {capacity} bytes")
            }
            Error::TooMany { field, limit } => {
                write!(f, "{field}: more than {limit} items, the receiver takes no more")
            }
        }
    }
}

impl core::error::Error for Error {}
