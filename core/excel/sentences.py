"""What the guard says: what is wrong with the file, and what to do."""

from typing import Final

SAVE_AS: Final = "请在Excel中“另存为 → Excel 工作簿(.xlsx)”后再上传"
EMPTY: Final = "文件是空的，请重新保存后再上传"
KINDS: Final = f"只接收 .xlsx、.xls 和 .csv 文件。{SAVE_AS}"
DAMAGED: Final = f"文件已损坏，或不是Excel工作簿，无法读取。请用Excel打开检查，{SAVE_AS}"
ENCRYPTED: Final = f"文件已加密，无法读取。请取消密码，{SAVE_AS}"
MACROS: Final = f"该文件含有宏，为安全起见不能接收。{SAVE_AS}"
EXTERNAL: Final = "该文件链接了其他文件，不能接收。请在“数据 → 编辑链接”中断开链接，保存后再上传"
EMBEDDED: Final = f"该文件嵌入了其他对象，为安全起见不能接收。请删除嵌入的对象，{SAVE_AS}"
BOMB: Final = "文件解压后过大，不能接收。请删除多余的行、图片和工作表，另存后再上传"
ENTITIES: Final = f"文件的XML含有DTD或实体定义，为安全起见不能接收。{SAVE_AS}"
XML_ENCODING: Final = f"文件的XML编码不是UTF-8，不能接收。{SAVE_AS}"
CSV_ENCODING: Final = f"CSV文件的编码不能识别（只接收UTF-8和GB18030）。{SAVE_AS}"
TOO_COMPLEX: Final = "文件过于复杂，读取时超出时间或内存限制。请只保留数据表，另存后再上传"
