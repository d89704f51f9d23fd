"""The words of sentences that introduce a file, in the groups that `sentences` distinguishes.

Frozen: a new word needs two real answers that are lost without it.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVING = _words(
    "save put paste write create copy place store enter type make name named called here here's "
    "heres below follows following as "
    "保存 保存为 保存到 保存成 另存 另存为 存 存为 存成 存到 存入 储存 储存为 儲存 儲存為 存储 写入 "
    "写进 写到 写 写下 寫入 输入 輸入 粘贴 粘贴到 粘贴进 粘贴进去 粘贴进来 贴 贴到 "
    "贴进 貼上 贴上 复制 复制到 复制进 复制进去 複製 拷贝 拷贝到 放 放入 放到 放进 放在 放进去 填入 "
    "填写 键入 敲入 录入 新建 创建 创建出 建立 建 生成 编写 編寫 命名为 "
    "替换为 替换成 换成 以下 下面 下列 下方 如下 如下所示 這是 这是 这就是 给出 给你 附上 展示 提供 "
    "就是 内容为 内容是"
)
"""A file is given."""
PIECES = _words("add append insert 添加 加入 加上 增加 补充 添加到 加入到 新增")
"""A file is given, or something is put into one that is there."""
OPENING = _words("open 打开 開啟 开启 进入 看 来看 先看 看看 一起看")
"""Only says where something goes: the sentence must go on."""
WHOLE = _words(
    "following code contents content complete full entire whole source 以下 下面 如下 下列 代码 代碼 "
    "程式碼 内容 內容 完整 全部 全部代码 完整代码"
)
"""What is given is a text."""
COMPLETE = _words("complete full entire whole 完整 完整的 全部 全部代码 完整代码 完整内容")
"""All of a file, so not a piece of one that is opened."""
PLACES = _words("in inside into 在")
"""Without more, only where something stands."""
JOINING = _words(
    "file look looks updated fixed corrected revised improved modified refactored final in inside "
    "into to for with and next then now first finally last lastly 在 首先 先 然后 然後 接着 接著 "
    "接下来 接下來 其次 再 最后 最後 随后 下一个 第一 第二 第三 第四 第五 "
    "主程序 主文件 主模块 程序 文件 檔案 脚本 模块 入口 入口文件 页面 样式 配置 配置文件 模板 代码 "
    "the 修改后 修改后的 更新后 更新后的 改进后 改进后的 优化后 优化后的 修正后 修正后的 调整后 "
    "修复后 修复后的 改好的 文件名 文件名为 文件名是 文件名叫"
)
"""With a colon after the name these are enough."""
NEUTRAL = JOINING | _words(
    "a an our your my this that it is are what of file files new final updated revised fixed "
    "corrected improved "
    "modified refactored main entry point python html css javascript typescript json java script "
    "scripts program programs game module "
    "config configuration class template style styles stylesheet page frontend backend server client "
    "app application project root "
    "folder directory same text editor ide will should look looks like contain contains containing "
    "be go goes let let's lets us me "
    "we i i'll we'll you you'll can need please start begin starting beginning by also so ok okay "
    "sure great alright second third "
    "fourth fifth step part one two three version has everything all together single second logic core data "
    "directly exactly just simply correct right proper simple small basic short little "
    "的 之 了 将 將 把 到 为 為 成 进 中 里 裡 里面 裡面 内 內 下 下的 里的 中的 是 则 也 个 個 一个 "
    "一個 一份 一段 名 名为 名為 叫 叫做 叫作 称为 名字叫 名字 新 新的 文档 "
    "源代码 源码 源程序 程序代码 程式 程式碼 所有 具体 具體 最终 最終 主要 主 启动文件 启动脚本 "
    "样式表 样式文件 网页 网页文件 数据 游戏 工具 测试 依赖 依赖文件 "
    "依赖清单 说明文档 说明文件 名称 建议 建议为 即可 就行 就可以 就好 后端 前端 服务器 服务端 "
    "客户端 部分 项目 專案 工程 根目录 目录 文件夹 資料夾 当前 同一 同级 同目录 桌面 你 你的 您 您的 "
    "我 我们 请 請 "
    "需要 可以 就 并 并且 並 且 其 其中 所示 这 這 这段 這段 这个 這個 这里 那么 步 第一步 第二步 "
    "第三步 第四步 第五步 第一个 第二个 第三个 第四个 第五个 最后一个 另一个 另外 "
    "好的 好 现在 現在 让我们 我们来 来 來 我来 给 版本 版 修改后 修改后的 更新后 更新后的 改进后 "
    "改进后的 优化后 优化后的 修正后 修正后的 调整后 修复后 修复后的 改好的 实现 "
    "实现代码 整个 单个 单独 唯一 唯一的 部分的 整体 逻辑 核心 界面 全新 全新的 以及 还有 同时 同样 "
    "直接 功能 用 以 该 此 同 进去 进来 去 文本 编辑器 正确 正确的 简单 简单的 基本 基本的 相应 "
    "相应的 对应 对应的 最小 最简 另 一 中间 一下"
)
"""Words that say nothing by themselves."""
AROUND = GIVING | PIECES | OPENING | WHOLE | NEUTRAL
