"""How the C library and the shells say in other languages what many problems begin with."""

#: The C library's message for a file that is not there, as `ls` and others print it.
NO_SUCH_FILE = (
    r"(?:No such file or directory|Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier"
    r"|No existe el (?:fichero|archivo)|File o directory non esistente"
    r"|(?:Ficheiro|Arquivo) ou diret\w+ inexistente|Bestand of map bestaat niet"
    r"|Nie ma takiego pliku|Нет такого файла|没有那个文件|そのようなファイル|그런 파일)"
)
#: A shell's message for a program that it does not find.
NO_SUCH_COMMAND = (
    r"(?:Kommando nicht gefunden|Befehl nicht gefunden|commande introuvable"
    r"|orden no encontrada|no se encontr\w+ la orden|comando n\w{2} (?:trovato|encontrado)"
    r"|opdracht niet gevonden|nie znaleziono polecenia|команда не найдена|未找到命令"
    r"|コマンドが見つかりません|명령을 찾을 수 없습니다)"
)
