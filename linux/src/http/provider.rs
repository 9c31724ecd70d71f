//! The cryptography that TLS is made of: that of `ring`, and of it the least that reaches every
//! server of TLS 1.3.
//!
//! Each part is named. `rustls::crypto::ring::default_provider` would name all there is, also where
//! most of it is replaced: 100 kB of other ciphers, and of keys that a client signs with.

use std::sync::Arc;

use ring::rand::{SecureRandom as _, SystemRandom};
use rustls::crypto::ring::{cipher_suite, kx_group};
use rustls::crypto::{CryptoProvider, GetRandomFailed, KeyProvider, SecureRandom, WebPkiSupportedAlgorithms};
use rustls::pki_types::{PrivateKeyDer, SignatureVerificationAlgorithm};
use rustls::sign::SigningKey;
use rustls::SignatureScheme;
use webpki::ring as signature;

/// AES-128 is what every server has to offer (RFC 8446, section 9.1).
pub fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![cipher_suite::TLS13_AES_128_GCM_SHA256, cipher_suite::TLS13_AES_256_GCM_SHA384],
        kx_groups: vec![kx_group::X25519, kx_group::SECP256R1],
        signature_verification_algorithms: WebPkiSupportedAlgorithms { all: ALL, mapping: BY_SCHEME },
        secure_random: &Random,
        key_provider: &NoKeys,
    }
}

type Algorithms = &'static [&'static dyn SignatureVerificationAlgorithm];

/// The signatures of certificates: those of `rustls` itself.
const ALL: Algorithms = &[
    signature::ECDSA_P256_SHA256,
    signature::ECDSA_P256_SHA384,
    signature::ECDSA_P384_SHA256,
    signature::ECDSA_P384_SHA384,
    signature::ED25519,
    signature::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    signature::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    signature::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    signature::RSA_PKCS1_2048_8192_SHA256,
    signature::RSA_PKCS1_2048_8192_SHA384,
    signature::RSA_PKCS1_2048_8192_SHA512,
    signature::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
    signature::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
    signature::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
];

/// The signatures of handshakes, in the order in which they are offered. With TLS 1.3 the curve
/// goes with the scheme; certificates may mix them.
const BY_SCHEME: &[(SignatureScheme, Algorithms)] = &[
    (SignatureScheme::ECDSA_NISTP384_SHA384, &[signature::ECDSA_P384_SHA384, signature::ECDSA_P256_SHA384]),
    (SignatureScheme::ECDSA_NISTP256_SHA256, &[signature::ECDSA_P256_SHA256, signature::ECDSA_P384_SHA256]),
    (SignatureScheme::ED25519, &[signature::ED25519]),
    (SignatureScheme::RSA_PSS_SHA512, &[signature::RSA_PSS_2048_8192_SHA512_LEGACY_KEY]),
    (SignatureScheme::RSA_PSS_SHA384, &[signature::RSA_PSS_2048_8192_SHA384_LEGACY_KEY]),
    (SignatureScheme::RSA_PSS_SHA256, &[signature::RSA_PSS_2048_8192_SHA256_LEGACY_KEY]),
    (SignatureScheme::RSA_PKCS1_SHA512, &[signature::RSA_PKCS1_2048_8192_SHA512]),
    (SignatureScheme::RSA_PKCS1_SHA384, &[signature::RSA_PKCS1_2048_8192_SHA384]),
    (SignatureScheme::RSA_PKCS1_SHA256, &[signature::RSA_PKCS1_2048_8192_SHA256]),
];

/// The kernel's.
#[derive(Debug)]
struct Random;

impl SecureRandom for Random {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        SystemRandom::new().fill(bytes).map_err(|_| GetRandomFailed)
    }
}

/// This client has no key of its own to sign with.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("this client has no keys".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::crypto::ring::default_provider;

    /// Nothing is verified more loosely or more strictly than `rustls` does.
    #[test]
    fn the_signatures_are_those_of_rustls() {
        let (ours, theirs) = (provider().signature_verification_algorithms, default_provider());
        let theirs = theirs.signature_verification_algorithms;
        let names = |all: Algorithms| all.iter().map(|algorithm| format!("{algorithm:?}")).collect::<Vec<_>>();
        let by_scheme = |all: WebPkiSupportedAlgorithms| -> Vec<_> {
            all.mapping.iter().map(|(scheme, algorithms)| (*scheme, names(algorithms))).collect()
        };
        assert_eq!(names(ours.all), names(theirs.all));
        assert_eq!(by_scheme(ours), by_scheme(theirs));
    }
}
