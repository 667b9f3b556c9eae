"""Text read in a wrong encoding is put right, and true Western text is never touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.library.encoding import decode_all, mend
from player_rec.library.letters import surprise_bits

WRITTEN = [
    ("cp1251", "Группа крови"),
    ("cp1251", "ЗВЕЗДА ПО ИМЕНИ СОЛНЦЕ"),
    ("cp1251", "Океан Ельзи — Обійми"),
    ("cp1251", "Аквариум"),
    ("cp1251", "Земфира (Live 2003)"),
    ("gbk", "月亮代表我的心"),
    ("gbk", "爱如潮水"),
    ("gbk", "周杰伦 - 东风破"),
    ("cp950", "月亮代表我的心"),
    ("cp950", "鄧麗君 - 小城故事"),
    ("cp932", "さくらんぼ"),
    ("cp932", "上を向いて歩こう"),
    ("cp932", "残酷な天使のテーゼ"),
    ("cp932", "スピッツ"),
    ("cp949", "사랑했지만"),
    ("cp949", "강남스타일"),
    ("cp949", "다시 만난 세계"),
    ("cp1253", "Μάνος Χατζιδάκις"),
    ("cp1253", "Τα παιδιά του Πειραιά"),
]


@pytest.mark.parametrize(("codec", "meant"), WRITTEN)
def test_legacy_text_is_recovered(codec: str, meant: str) -> None:
    wrong = meant.encode(codec).decode("latin-1")
    mending = mend([wrong])
    assert mending.texts == {wrong: meant}
    assert mending.codecs == {codec}


@pytest.mark.parametrize(("codec", "meant"), WRITTEN)
def test_legacy_text_is_recovered_out_of_windows_1252_too(codec: str, meant: str) -> None:
    raw = meant.encode(codec)
    wrong = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in raw)
    assert mend([wrong]).texts[wrong] == meant


@pytest.mark.parametrize(
    "meant",
    [
        "Björk", "Sigur Rós", "Café del Mar", "Motörhead", "Für Elise", "À la claire fontaine", "Où es-tu?",
        "Čechomor", "Dvořák: Rusalka", "Łąki Łan", "Şebnem Ferah", "Ștefan", "Hải Dương", "Кино", "宇多田ヒカル",
        "周杰倫", "방탄소년단", "ฝน", "אביב גפן", "أم كلثوم", "Don’t Stop – “Now”", "naïve", "Beyoncé ♥", "½",
        "e\u0301tude",
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrongly", ["latin-1", "windows-1252", "twice", "cp1251"])
def test_utf_8_is_recovered(meant: str, wrongly: str) -> None:
    raw = meant.encode()
    if wrongly == "cp1251":
        if 0x98 in raw or meant == "½":  # 0x98 means nothing there; one letter alone is too little to go by
            return
        wrong = raw.decode("cp1251")
    elif wrongly == "windows-1252":
        wrong = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in raw)
    else:
        wrong = raw.decode("latin-1")
    if wrongly == "twice":
        wrong = wrong.encode().decode("latin-1")
    assert mend([wrong]).texts[wrong] == meant


WESTERN = (
    """
Björk|Sigur Rós|Café|Motörhead|Für Elise|Blue Öyster Cult|Mötley Crüe|Hüsker Dü|Queensrÿche|Beyoncé|Zoë
Céline Dion|Mylène Farmer|Édith Piaf|Où|À|É|Été|Là-bas|Ça va|ÇA ALORS|Déjà vu|L’été indien|Noël|Français
Garçon à l'arrêt|Œuvre|Señorita|Ñu|Mañana|¡Olé!|¿Qué?|¿Él?|¡Él!|Él|Corazón|Maná|Tú y yo|Coração|NÃO|MAÇÃ
São João|Ação|Água|Até amanhã|Ágætis byrjun|Ára bátur|Íþróttaálfurinn|Þú|Þúsund þúfur|Ég á|Á|Ó|Í|Æ|Ø|Ýmir
Hjördís|Háskóli Íslands|Röyksopp|Mø|A-ha – Under Ære|Smörgåsbord|Å|Öö|Töö|Jäääär|Yö|Äiti|Hän|Kööpenhamina
ÄÖÜ|ÅÄÖ|äöü|ÆØÅ|ÁÉÍÓÚ|Über den Wolken|Größe|Weißer Rabe|ß|Schöne Grüße|Die Ärzte|Die Toten Hosen – Alex
Mädchen|Ü|«É»|« Voilà »|„Wärme“|n°5|Nº 1|½|µ-Ziq|Sunn O)))|Beyoncé®|Live © 1999|20 °C|Re·al|£100|€uro|naïve…
Antonín Dvorák|José José|Façade|Köln|éééé|ÖÖÖÖ|ÑÑÑ
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize("western", WESTERN)
def test_western_text_is_never_touched(western: str) -> None:
    for text in (western, western.upper(), western.lower(), f"{western} ({western})"):
        assert not mend([text]).texts


def test_western_text_is_never_touched_by_the_file_full() -> None:
    for start in range(0, len(WESTERN), 5):
        assert not mend(WESTERN[start : start + 5]).texts


def test_too_little_is_left_as_it_is() -> None:
    for meant, codec in (("Да", "cp1251"), ("Кино", "cp1251"), ("心", "gbk")):
        assert not mend([meant.encode(codec).decode("latin-1")]).texts


def test_the_texts_of_one_file_testify_together() -> None:
    wrong = [meant.encode("cp1251").decode("latin-1") for meant in ("Да", "Земфира", "Спасибо")]
    assert list(mend(wrong).texts.values()) == ["Да", "Земфира", "Спасибо"]


def test_true_text_stays_among_misread_text() -> None:
    wrong = [meant.encode("cp1251").decode("latin-1") for meant in ("Земфира", "Спасибо")]
    assert set(mend([*wrong, "Björk", "Café del Mar"]).texts) == set(wrong)


def test_a_last_letter_that_was_cut_off_is_let_go() -> None:
    raw = "月亮代表我的心情人的眼泪爱".encode("gbk")[:-1]
    wrong = raw.decode("latin-1")
    assert mend([wrong]).texts[wrong] == "月亮代表我的心情人的眼泪"


def test_the_few_bytes_that_are_valid_in_two_encodings_are_read_as_the_likelier() -> None:
    wrong = [meant.encode("gbk").decode("latin-1") for meant in ("系统", "通知", "我的歌声里")]
    assert list(mend(wrong).texts.values()) == ["系统", "通知", "我的歌声里"]


def test_names_in_bytes_are_read_in_their_own_encoding() -> None:
    assert decode_all(["Кино".encode(), "Björk".encode("latin-1"), b"plain"]) == ["Кино", "Björk", "plain"]
    names = ["邓丽君", "岛国之情歌", "01 - 月亮代表我的心.mp3"]
    assert decode_all(name.encode("gbk") for name in names) == names


def test_what_people_write_surprises_least() -> None:
    for codec, meant in WRITTEN:
        assert surprise_bits(meant) < surprise_bits(meant.encode(codec).decode("latin-1"))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=4))
def test_no_bytes_are_too_strange(raws: list[bytes]) -> None:
    texts = decode_all(raws)
    assert len(texts) == len(raws)
    assert not any("\ud800" <= char <= "\udfff" for text in texts for char in text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_no_text_is_too_strange(texts: list[str]) -> None:
    mended = mend(texts).texts
    assert set(mended) <= set(texts)
    assert not any(text.isascii() for text in mended)


LETTERS = "aeiounrstlmdégàéèêëçôöüäåøñíóúáýþðæ"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("bcdfghklmnprstvwz", min_size=1, max_size=3).flatmap(
    lambda plain: st.text(LETTERS, min_size=1, max_size=2).map(lambda rest: plain + rest + plain)
), min_size=1, max_size=8))  # fmt: skip
def test_accents_within_words_are_never_touched(words: list[str]) -> None:
    for text in (" ".join(words), " ".join(words).title(), " ".join(words).upper().replace("SS", "ß")):
        assert not mend([text]).texts
