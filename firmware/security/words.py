# SPDX-License-Identifier: MIT
"""Words: fingerprints as words that two people read to each other, from both screens.

A list of our own: 256 English words of four to seven letters, of which no two begin alike,
differ in one letter or sound nearly the same. Each stands for a byte.
"""

from micropython import const

WORDS = 6                   # of one key, 48 bits: another key with the same takes 2^48 trials
PAIR_WORDS = 12             # of two keys, 96 bits: see words_of_pair()

_FOURS = const(12)          # words of four letters, then of five, of six, of seven
_FIVES = const(78)
_SIXES = const(134)
_LIST = (
    b"dawnduckechoflagiriskitelampmenuovalplumrubytwin"
    b"acornalbumamberangleaprilarrowatlasbaconbadgebanjobeachbreadcabincamelcedarcellochairclockdaisy"
    b"dancedreameagleearthelbowfenceferryflutefruitgiantglobehazelhedgehoneyhuskyivoryjellykayakkoala"
    b"lemonlilaclunchmangomaplemedalnorthnoveloasisoceanoliveonionoperaorbitpandapaperphonepilotqueen"
    b"quiltradarranchravensaladsatinscarfsevenskatesnailstormsyruptabletopaztulipunclewagonwhalewheat"
    b"yachtzebra"
    b"anchorarcadearcticartistaugustautumnavenuebakerybamboobananabannerbarleybasketbeaverbeetleborder"
    b"cactuscandlecanvascarpetcerealcheesecirclecloverdecadedesertdieseldinnerdoctordragondrawereleven"
    b"empireenginefabricfalconfamilyfarmerfiddlefigurefingerflowerfoldergadgetgalaxygaragegardengarlic"
    b"gentlegoblingravelguitarhammerharborhelmethiccupicicleinsectjacketjaguarjerseyjigsawjunglekennel"
    b"kettleladderlagoonlaptoplizardlocketlumbermagnetmarinameadowmelodymeteormirrormittenmosaicmuffin"
    b"napkinnatureneedlenephewnickelnutmegofficeomeletorangeorchidoxygenoysterpaddlepalaceparcelparrot"
    b"pebblepencilpicnicpigeonrabbitraisinreciperibbonrubberrunwaysailorsalmonsandalsaucerschooltalent"
    b"teapottempletennistickettimbertomatoturbanturkeyvacuumvalleyvelvetvesselviolinvoyagewalnutwander"
    b"windowwoodenworkeryellowyogurtzigzag"
    b"dentistdiamondeclipseemeraldeveninggallerygiraffeharvesthistoryholidayhorizonicebergjasmine"
    b"journaljubileejuniperkingdomkitchenlanternlaundryleopardnecktiequarterraccoonroosterunicorn"
    b"vanillavinegarvisitorvolcanoweddingwhisper"
)


def words_of(fingerprint, sha256, count=WORDS):
    """-> list of `count` words (bytes, lower case) for one key: the first bytes of its hash.

    fingerprint  20 or 32 bytes
    sha256       function, bytes to 32 bytes
    """
    return [_word(byte) for byte in sha256(fingerprint)[:count]]


def words_of_pair(one, other, sha256, count=PAIR_WORDS):
    """-> list of `count` words for two keys; the same on both sides, whichever is `one`.

    The first bytes of the hash of both fingerprints, the smaller first. Who stands between
    two people shows each of them a key of his own and may choose both, so two long rows with
    one match are enough for him: 2^24 trials each for six words, which takes a minute, and
    2^48 for twelve. Six words of one key, read by its owner, are as strong.
    """
    both = one + other if one < other else other + one
    return [_word(byte) for byte in sha256(both)[:count]]


def _word(byte):
    """-> the word of a byte, bytes. The list goes up in length, so each one's place can be told."""
    at = 0
    length = 4
    for group in (_FOURS, _FIVES, _SIXES):
        if byte < group:
            break
        byte -= group
        at += group * length
        length += 1
    at += byte * length
    return _LIST[at:at + length]
