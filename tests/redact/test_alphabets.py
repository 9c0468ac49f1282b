"""Names and passwords in sentences of other alphabets, and words of programs there that stay."""

from __future__ import annotations

import pytest

from runwright.redact.redact import redact_text

ERASED = {
    "Chinese name": ("姓名 王小明 显示乱码", "王小明"),
    "Chinese password": ("密码是 Meihua2024", "Meihua2024"),
    "Japanese password in quotes": ("パスワードは「sakura-88」です", "sakura-88"),
    "Korean name": ("환자 김민서 결과 없음", "김민서"),
    "Russian name": ("пациент Соколова Анна ожидает", "Соколова Анна"),
    "Russian name by its father": ("звонил Пётр Ильич Громович вчера", "Пётр Ильич Громович"),
    "Russian password": ("пароль: Ромашка55", "Ромашка55"),
    "Arabic password": ("كلمة المرور: Yasmin2024", "Yasmin2024"),
    "Hebrew password": ("סיסמה: Shaked99", "Shaked99"),
    "name of DICOM in characters": ('"Ideographic": "田中^陽翔"', "田中^陽翔"),
}
STAYS = (
    "密码未更改",
    "警告：您的密码将在 5 天后过期。",
    "パスワードは正しく更新されました",
    "пароль успешно обновлён",
    "имя файла не задано",
    "患者 DB connection lost",
    "服务 nginx 已启动 v1.25.3",
)


@pytest.mark.parametrize("name", ERASED)
def test_what_a_word_of_another_alphabet_announces_goes(name: str) -> None:
    text, value = ERASED[name]
    clean, _ = redact_text(text)
    assert value not in clean
    assert redact_text(clean) == (clean, ())


@pytest.mark.parametrize("text", STAYS)
def test_what_programs_say_in_other_alphabets_stays(text: str) -> None:
    assert redact_text(text) == (text, ())
