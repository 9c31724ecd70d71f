//! The kinds of facts.

/// What a fact is about. The numbers are kept in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Home Assistant's version, as it is.
    Version = 1,
    /// As the contract writes it.
    InstallationType = 2,
    /// The object, as JSON.
    Supervisor = 3,
    /// The object, as JSON.
    OperatingSystem = 4,
    /// A list that is there and has nothing in it: its key.
    Empty = 5,
    /// The name.
    Integration = 6,
    /// The object, as JSON.
    CustomIntegration = 7,
    /// The object, as JSON.
    Addon = 8,
    /// The object, as JSON.
    Energy = 9,
    /// `true` or `false`.
    Certificate = 10,
    /// The object, as JSON, with the engine in small letters.
    Recorder = 11,
    /// `state_count`
    States = 12,
    /// `automation_count`
    Automations = 13,
    /// `integration_count`
    Integrations = 14,
    /// `addon_count`
    Addons = 15,
    /// `user_count`
    Users = 16,
    /// The country, and for the US the state: `DE`, `US CA`.
    Place = 17,
    /// A list that is there and has something in it: its key.
    Reports = 18,

    /// The first two parts of a version.
    Release = 32,
    /// What facts of [`Kind::OperatingSystem`] are of.
    Board = 33,
    /// What facts of [`Kind::CustomIntegration`] are of.
    CustomDomain = 34,
    /// An add-on and its version, as JSON, whatever its switches.
    AddonVersion = 35,
    /// What add-ons are of.
    AddonSlug = 36,
    /// What recorders are of.
    Engine = 37,
    /// What places are of.
    Country = 38,
    /// What supervisors are of.
    Arch = 39,
}

impl Kind {
    /// All of them, with the names that an operator sees in the store.
    pub const ALL: [(Self, &'static str); 26] = [
        (Self::Version, "version"),
        (Self::InstallationType, "installation_type"),
        (Self::Supervisor, "supervisor"),
        (Self::OperatingSystem, "operating_system"),
        (Self::Empty, "empty list"),
        (Self::Integration, "integration"),
        (Self::CustomIntegration, "custom_integration"),
        (Self::Addon, "addon"),
        (Self::Energy, "energy"),
        (Self::Certificate, "certificate"),
        (Self::Recorder, "recorder"),
        (Self::States, "state_count"),
        (Self::Automations, "automation_count"),
        (Self::Integrations, "integration_count"),
        (Self::Addons, "addon_count"),
        (Self::Users, "user_count"),
        (Self::Place, "place"),
        (Self::Reports, "reported list"),
        (Self::Release, "group: release"),
        (Self::Board, "group: board"),
        (Self::CustomDomain, "group: custom domain"),
        (Self::AddonVersion, "group: addon version"),
        (Self::AddonSlug, "group: addon slug"),
        (Self::Engine, "group: recorder engine"),
        (Self::Country, "group: country"),
        (Self::Arch, "group: arch"),
    ];

    /// The kind of this number.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.iter().map(|(kind, _)| *kind).find(|kind| *kind as u8 == number)
    }

    /// Whether facts of other kinds are part of its own.
    pub fn is_group(self) -> bool {
        self as u8 >= Self::Release as u8
    }

    /// Whether it is a number of which the median is published.
    pub fn is_count(self) -> bool {
        matches!(self, Self::States | Self::Automations | Self::Integrations | Self::Addons | Self::Users)
    }
}
