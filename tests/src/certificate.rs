//! X.509 certificates in the types of `x509-cert`, with P-256 keys of ring.

use core::net::IpAddr;
use core::str::FromStr as _;
use ring::rand::SystemRandom;
use ring::signature::{EcdsaKeyPair, KeyPair as _, ECDSA_P256_SHA256_ASN1_SIGNING};
use x509_cert::certificate::{CertificateInner, TbsCertificateInner, Version};
use x509_cert::der::asn1::{Any, BitString, GeneralizedTime, Ia5String, OctetString, UtcTime};
use x509_cert::der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_EC_PUBLIC_KEY, SECP_256_R_1};
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{DateTime, Document, Encode as _, EncodePem as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName};
use x509_cert::ext::{AsExtension, Extension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};
use x509_cert::Certificate;

/// The years of a certificate whose time does not matter.
pub(crate) const ALWAYS: (u16, u16) = (1975, 4096);

/// A key of whoever has a certificate, or signs one.
pub(crate) struct Key {
    pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

/// What a certificate is for.
pub(crate) enum Use<'a> {
    /// To sign others.
    Authority,
    /// A server of these names and addresses.
    Server(&'a [&'a str]),
}

impl Key {
    /// A new one.
    pub(crate) fn generate() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key can be made");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("ring reads its own");
        Self { pkcs8: document.as_ref().to_vec(), pair }
    }

    /// In PKCS #8.
    pub(crate) fn der(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The same in PEM.
    pub(crate) fn pem(&self) -> String {
        let document = Document::try_from(self.der()).expect("PKCS #8 is DER");
        document.to_pem("PRIVATE KEY", LineEnding::LF).expect("DER can be written as PEM").to_string()
    }

    fn public(&self) -> SubjectPublicKeyInfoOwned {
        let algorithm = AlgorithmIdentifierOwned { oid: ID_EC_PUBLIC_KEY, parameters: Some(Any::from(SECP_256_R_1)) };
        SubjectPublicKeyInfoOwned { algorithm, subject_public_key: bits(self.pair.public_key().as_ref()) }
    }
}

/// A certificate of `subject` with its public key, signed by `issuer` with its key. It is valid from the beginning of
/// the one year to that of the other.
pub(crate) fn sign(
    number: u64,
    (subject, key): (&str, &Key),
    (issuer, signer): (&str, &Key),
    (from, to): (u16, u16),
    purpose: &Use<'_>,
) -> Certificate {
    let algorithm = AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None };
    let name = |text: &str| Name::from_str(&format!("CN={text}")).expect("this is a name");
    let tbs_certificate = TbsCertificateInner {
        version: Version::V3,
        serial_number: SerialNumber::new(&number.to_be_bytes()).expect("a short number"),
        signature: algorithm.clone(),
        issuer: name(issuer),
        validity: Validity { not_before: year(from), not_after: year(to) },
        subject: name(subject),
        subject_public_key_info: key.public(),
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(vec![purpose.extension(&name(subject))]),
    };
    let bytes = tbs_certificate.to_der().expect("it can be written");
    let signature = signer.pair.sign(&SystemRandom::new(), &bytes).expect("the key signs");
    CertificateInner { tbs_certificate, signature_algorithm: algorithm, signature: bits(signature.as_ref()) }
}

/// A certificate in DER.
pub(crate) fn der(certificate: &Certificate) -> Vec<u8> {
    certificate.to_der().expect("it can be written")
}

/// A certificate in PEM.
pub(crate) fn pem(certificate: &Certificate) -> String {
    certificate.to_pem(LineEnding::LF).expect("it can be written")
}

impl Use<'_> {
    fn extension(&self, subject: &Name) -> Extension {
        match self {
            Self::Authority => {
                let constraints = BasicConstraints { ca: true, path_len_constraint: None };
                constraints.to_extension(subject, &[])
            }
            Self::Server(names) => {
                let names = names.iter().map(|name| match name.parse() {
                    Ok(IpAddr::V4(address)) => GeneralName::IpAddress(octets(&address.octets())),
                    Ok(IpAddr::V6(address)) => GeneralName::IpAddress(octets(&address.octets())),
                    Err(_) => GeneralName::DnsName(Ia5String::new(name).expect("names are ASCII")),
                });
                SubjectAltName(names.collect()).to_extension(subject, &[])
            }
        }
        .expect("it can be written")
    }
}

/// The beginning of a year, in the form that RFC 5280 (4.1.2.5) asks for.
fn year(year: u16) -> Time {
    let date = DateTime::new(year, 1, 1, 0, 0, 0).expect("this is a date");
    match UtcTime::from_date_time(date) {
        Ok(short) => Time::UtcTime(short),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_date_time(date)),
    }
}

fn octets(bytes: &[u8]) -> OctetString {
    OctetString::new(bytes).expect("it is short")
}

fn bits(bytes: &[u8]) -> BitString {
    BitString::from_bytes(bytes).expect("it is short")
}
