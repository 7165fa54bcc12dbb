"""A certificate authority of a day's life: TLS between processes of one machine.

For demo, drills and tests; a platform has its own.  Keys are P-256, files PEM, keys 0600.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=1)
EARLY = timedelta(hours=1)  # a machine whose clock is a little behind still believes it


class Authority:
    """Signs certificates into ``directory``; ``ca_file`` is what a client must trust."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Linli test authority")
        usage = _usage(signs_certificates=True)
        made = self._begin(
            self._name, self._key.public_key(), x509.BasicConstraints(True, 0), usage
        )
        self.ca_file = directory / "ca.pem"
        self.ca_file.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))

    def server(
        self, name: str = "server", *, elsewhere: bool = False, ended: bool = False
    ) -> tuple[Path, Path]:
        """Certificate and key of a server on the loopback interface.  ``elsewhere``: of another
        host; ``ended``: whose day is over."""
        here: list[x509.GeneralName] = [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        ]
        hosts = [x509.DNSName("elsewhere.example")] if elsewhere else here
        also = x509.SubjectAlternativeName(hosts)
        begins = datetime.now(UTC) - (2 * LIFE if ended else EARLY)
        return self._issue(name, name, ExtendedKeyUsageOID.SERVER_AUTH, also, begins)

    def client(self, common_name: str) -> tuple[Path, Path]:
        """Certificate and key of a client; brokers take the common name as the user's."""
        file = f"client-{common_name}"
        return self._issue(file, common_name, ExtendedKeyUsageOID.CLIENT_AUTH, None)

    def _issue(
        self,
        file: str,
        common_name: str,
        purpose: x509.ObjectIdentifier,
        also: x509.SubjectAlternativeName | None,
        begins: datetime | None = None,
    ) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = x509.BasicConstraints(False, None)
        made = self._begin(_name(common_name), key.public_key(), leaf, _usage(), begins)
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if also is not None:
            made = made.add_extension(also, critical=False)
        cert_file, key_file = self.directory / f"{file}.pem", self.directory / f"{file}.key"
        cert_file.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))
        key_file.touch(mode=0o600)
        key_file.write_bytes(_key_pem(key))
        return cert_file, key_file

    def _begin(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        constraints: x509.BasicConstraints,
        usage: x509.KeyUsage,
        begins: datetime | None = None,
    ) -> x509.CertificateBuilder:
        begins = begins or datetime.now(UTC) - EARLY
        ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + EARLY + LIFE)
            .add_extension(constraints, critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(ours, critical=False)
        )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
