"""How surprising a text is, in bits: the measure by which one reading of some bytes is preferred to another.

A text read in the encoding it was written in is unsurprising: accents stand among plain letters, Chinese
is made of the characters everybody uses. Read in a wrong one it is a heap of rarities. The encoding with the
shortest description wins (minimum description length, Rissanen 1978), with the character distributions
of each script as evidence (after Li and Momoi 2001, "A composite approach to language/encoding detection").
The prices are coarse on purpose: round numbers near -log2 of how often such a character comes.
"""

import unicodedata
from functools import lru_cache

PLAIN_BITS = 5.0
"""Price of any ASCII character, so that none is had cheaper by vanishing into a two-byte character."""

_NONSENSE_BITS = 30.0
_TIERS = (4.0, 5.3, 6.6, 8.2, 11.0)

_ALPHABETS = (
    ("оеаинтсрв", "лкмдпуяыь", "гзбчйхжші", "юцщэфёїє", "ъґўјљњћџђѕќѓ"),
    ("αοιετσνς", "ηρυπκμλ", "ωγδχθάέήίόύώ", "φβξζψ", "ϊϋΐΰ"),
)
_LETTERS = {
    letter: bits for alphabet in _ALPHABETS for bits, tier in zip(_TIERS, alphabet, strict=True) for letter in tier
}
"""Prices of Cyrillic and Greek letters, the frequent ones least."""

_HAN = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能"
    "好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把"
    "法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西"
    "再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原"
    "车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林"
    "题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联权往展该领传近留红治决周保"
    "达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历"
    "越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴"
    "恋歌曲雨雪梦夜星泪寂寞伤永忘记吻唱爸妈娘君朋妹哥哭醉酒曾错痛舞春夏秋冬云阳烟风情缘幸福温柔孤独等待再見祝宝贝旧陪"
    "這來個說們為時會過學對裡後麼沒於還發當無開經頭長樣現將與進實點種聲話兒給幾業間電門東聽氣關內軍產萬體別處總場師書員華"
    "報馬張難數車應係計親務記邊風戰許覺題統請愛讓認論義術結連遠資隊帶條變聯權該領傳紅決達辦運強轉眾輕語滿寫識極黃臉錢黨設"
    "雙歷廣議際單據導網專誰讀飛觀爭組視濟離雖興戀夢淚傷憶雲陽煙緣獨寶貝舊陪妳妳台灣樂團"
)
_HANGUL = frozenset(
    "이다의가는을에고하지로리사기아어나도한서자인시대은오일를수그우라해스과부정주보만제여장상원전니유구안비조영선미들동면진신"
    "경소마으모세드행무거계방문간호용치연실분양성공내생회관바물터위당국트난카파타때없랑너눈꽃밤별달봄날길말맘못번빛새손잊있"
    "같것게군근금까께끝남넌널노느늘더데되된될든디따또뜻려련렇레록르른린림마막많머먼며명몇몰민받반발버본볼불뿐살색설속술숨슬"
    "시심써씨악야약얼없였예온올와왜요욕울움웃음응임입잔절점져종중질집차참처천첫청체초추춤친크탁태통편평포품프피필하학할함합"
    "항향혀형화환황후히힘했였었았습렸겠죠네요랑해"
)
_QUOTES = frozenset("‘’‚“”„‹›–—…«»¡¿\xa0")
_MARKS = _QUOTES | frozenset("·°´•º")
_MISFITS = frozenset("ƒ†‡ˆ‰˜€™¢£¤¥¦§¨©¬\xad®¯±²³¶¸¹¼½¾×÷µª")


def surprise_bits(text: str, ordinary: frozenset[str] = frozenset()) -> float:
    """Say how many bits ``text`` takes to describe; the less, the likelier somebody meant it.

    Args:
        text: the reading to be judged.
        ordinary: characters that the encoding keeps for everyday use, cheaper than the rest of their script.
    """
    total = 0.0
    before = " "
    for place, char in enumerate(text):
        after = text[place + 1] if place + 1 < len(text) else " "
        if char < "\x80":
            total += PLAIN_BITS if char >= " " else _NONSENSE_BITS
        elif "\x80" <= char <= "ÿ" or char in _MARKS or char in _MISFITS or char in "ŠšŽžŒœŸ":
            total += _western_bits(before, char, after)
        else:
            total += _alone_bits(char, char in ordinary) + _mingling_bits(before, char, after)
        before = char
    return total


def _western_bits(before: str, char: str, after: str) -> float:
    """Price of a character of Windows-1252: accents belong among plain letters, marks stand at the edges."""
    if char == before:
        return 4.0
    crowded = any(near > "\xa0" and near not in _QUOTES for near in (before, after))
    if char.isalpha() and char not in _MISFITS and char not in _MARKS:
        return _accent_bits(before, char, after, crowded)
    if char in _QUOTES:
        return 8.0
    if char in _MARKS:
        return 13.0 if crowded else 8.0
    if char in _MISFITS:
        return 14.0 if crowded or before.isalpha() or after.isalpha() else 10.0
    return 25.0


def _accent_bits(before: str, char: str, after: str, crowded: bool) -> float:
    if before.islower() and char.isupper():
        return 14.0
    if _is_plain_letter(before) or _is_plain_letter(after):
        return 7.0
    return 10.0 if crowded else 8.0


def _mingling_bits(before: str, char: str, after: str) -> float:
    """Price of standing next to plain letters: seldom in Chinese or Japanese, hardly ever in an alphabet."""
    if _is_latin(char):
        return 0.0
    if "\u0300" <= char <= "\u036f" and _is_plain_letter(before):
        return -7.0
    jolt = 6.0 if char.isupper() and before.islower() else 0.0
    neighbours = _is_plain_letter(before) + _is_plain_letter(after)
    return jolt + neighbours * (5.0 if ord(char) >= 0x2E80 else 10.0)


def _is_plain_letter(char: str) -> bool:
    return char < "\x80" and char.isalpha()


def _is_latin(char: str) -> bool:
    """Whether a letter beyond Windows-1252 belongs to a Latin alphabet of today."""
    return "Ā" <= char <= "ſ" or "Ḁ" <= char <= "ỿ" or char in "ƠơƯưȘșȚțƏə"


@lru_cache(maxsize=1 << 15)
def _alone_bits(char: str, ordinary: bool) -> float:
    """Price of a character beyond Windows-1252 by itself."""
    lower = char.lower()
    if lower in _LETTERS:
        return _LETTERS[lower] + (0.5 if char != lower else 0.0)
    code = ord(char)
    if 0x3041 <= code <= 0x30FC:
        return 7.0
    if 0x4E00 <= code <= 0x9FFF:
        return 8.5 if char in _HAN else 12.0 if ordinary else 18.0
    if 0xAC00 <= code <= 0xD7A3:
        return 8.0 if char in _HANGUL else 12.0 if ordinary else 18.0
    if 0x3000 <= code <= 0x3020 or 0xFF00 <= code <= 0xFF5E:
        return 10.0
    return _category_bits(char)


def _category_bits(char: str) -> float:
    if _is_latin(char):
        return 9.0
    category = unicodedata.category(char)
    if category in {"Cc", "Cn", "Co", "Cs"}:
        return _NONSENSE_BITS
    if 0xFF61 <= ord(char) <= 0xFF9F:
        return 13.0
    if 0x0180 <= ord(char) <= 0x02AF or 0x0370 <= ord(char) <= 0x0377 or 0x03CF <= ord(char) <= 0x03FF:
        return 18.0
    return 9.0 if category[0] == "L" else 16.0
