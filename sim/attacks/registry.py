# SPDX-License-Identifier: MIT
"""Registry: every attack of the lab, in the order in which it is told of them."""

from sim.attacks.altering import AlterEachHeader, FoldSigned, ReorderSigned
from sim.attacks.descriptions import PlainProfile, ReadCrypto, SwapCrypto
from sim.attacks.flooding import Flood
from sim.attacks.in_calls import (
    AnswerByOther, AnswerUnsigned, CancelByThird, HoldToClear, ReinviteToClear, ReinviteToRelay, SpoofBye,
)
from sim.attacks.keys import OtherKeyAnswers, OtherKeyCalls, Redirect, ResignCiphertext
from sim.attacks.packets import InjectSrtp, ReplaySrtp, RollForward
from sim.attacks.replaying import ReplayInWindow, ReplayOld
from sim.attacks.stripping import StripAuthorization, StripEncryption, StripResponseKey
from sim.attacks.strangers import DemandEncryption, EmergencyName, OtherSpelling

ON_SOUND = (SwapCrypto, InjectSrtp, ReplaySrtp, RollForward)     # on the packets themselves

ATTACKS = (
    StripAuthorization, StripEncryption, StripResponseKey,
    ReadCrypto, PlainProfile,
    ReinviteToClear, ReinviteToRelay, HoldToClear, SpoofBye, CancelByThird, AnswerUnsigned, AnswerByOther,
    ReplayOld, ReplayInWindow,
    Redirect, OtherKeyAnswers, OtherKeyCalls, ResignCiphertext,
    DemandEncryption, EmergencyName, OtherSpelling,
    ReorderSigned, FoldSigned, AlterEachHeader, Flood,
) + ON_SOUND


def attacks_called(names):
    """-> list of Attack with these names, all without any. KeyError: the name that is none."""
    known = [attack() for attack in ATTACKS]
    if not names:
        return known
    for name in names:
        if name not in [attack.name for attack in known]:
            raise KeyError(name)
    return [attack for attack in known if attack.name in names]
