"""A PDF signed so that any reader can check who signed it and that nothing changed since (PAdES, ETSI EN 319 142-1).

Level B-B, or B-T where a time-stamping service is set. The key is a PKCS#12 file or on a PKCS#11 device; whose it is
and whether it may sign is for the caller to know.
"""

from danvan.narrative.signing.keys import KeyFile, Signer, Token, signer_from_environment
from danvan.narrative.signing.pdf import SigningError
from danvan.narrative.signing.sign import sign_pdf, timestamp_url_from_environment
from danvan.narrative.signing.stamp import UNDER
from danvan.narrative.signing.verify import SignatureReport, summary, trust_from_environment, verify_pdf

__all__ = [
    "UNDER",
    "KeyFile",
    "SignatureReport",
    "Signer",
    "SigningError",
    "Token",
    "sign_pdf",
    "signer_from_environment",
    "summary",
    "timestamp_url_from_environment",
    "trust_from_environment",
    "verify_pdf",
]
