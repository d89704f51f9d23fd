/**
 * The sentence for each stable reason of an error (`aiflow/exceptions.py`).
 *
 * In Chinese the sentence of the server or kernel comes first, as it is more exact; this table is used where there is none,
 * and in English.
 */

interface ErrorText {
  zh: string;
  en: string;
}

export const ERRORS: Record<string, ErrorText> = {
  connection_lost: { zh: "和服务器的连接断了，请看看网络和 JupyterLab 是否正常。", en: "The connection to the server was lost. Check the network and that JupyterLab is running." },
  kernel_gone: { zh: "内核没有回应，请确认它在运行，再试一次。", en: "The kernel does not answer. Check that it is running, then try again." },
  config_invalid: { zh: "配置有问题，请老师检查 config.json。", en: "The configuration is wrong; ask your teacher to check config.json." },
  invalid_input: { zh: "这个请求不符合要求，请改一改再试。", en: "This request breaks a rule; please change it and try again." },
  unsafe_path: { zh: "这个文件名不安全，不能使用。", en: "This file name is not safe and cannot be used." },
  not_found: { zh: "找不到这个项目或文件，可能已经被删掉了。", en: "This project or file cannot be found; it may have been deleted." },
  conflict: { zh: "现在的状态不能这样做。", en: "This is not possible in the present state." },
  storage_failed: { zh: "文件存不下来，请检查磁盘。", en: "The disk refused to store a file." },
  limit_reached: { zh: "到达了大小、时间或词元的上限。", en: "A limit of size, time or tokens was reached." },
  runner_failed: { zh: "程序没能启动。", en: "The program could not be started." },
  engine_failed: { zh: "模型出错了。", en: "The model failed." },
  no_lesson: { zh: "没有离线课程能回答这个要求。", en: "No offline lesson answers this request. Try one of the examples, or set up a model." },
  engine_not_set_up: { zh: "还没有设置模型的地址或密钥。", en: "No address, key or model is set up yet." },
  connection_failed: { zh: "连不上模型服务。", en: "The model service cannot be reached." },
  timeout: { zh: "模型太久没有回应。", en: "The model did not answer for too long." },
  auth_failed: { zh: "模型服务不认这个密钥。", en: "The model service refused the key." },
  quota_exhausted: { zh: "模型服务的余额或套餐用完了。", en: "The balance or plan of the model service is used up." },
  rate_limited: { zh: "请求太多，请等一会儿。", en: "Too many requests just now; wait a moment." },
  service_unavailable: { zh: "模型服务暂时有问题。", en: "The model service is at fault for the moment." },
  content_refused: { zh: "模型服务拒绝了这个内容。", en: "The model service refused this content." },
  context_too_long: { zh: "请求太长，模型放不下。", en: "The request is too long for this model." },
  model_unavailable: { zh: "没有这个模型，或套餐里不包含它。", en: "This model is unknown, or not in your plan." },
  bad_request: { zh: "模型服务认为请求不对。", en: "The model service finds the request wrong." },
  bad_answer: { zh: "模型的回答用不了。", en: "The model's answer could not be used." },
  circuit_open: { zh: "这个地址失败太多次，先休息一会儿。", en: "This address failed too often; it is left alone for a while." },
  interrupted: { zh: "上次运行被打断了，可以重试。", en: "The last run was interrupted; you can retry." },
  http_403: { zh: "没有权限，请重新登录 JupyterLab。", en: "Not allowed; please log in to JupyterLab again." },
  http_412: { zh: "这个文件在别处被改过了。", en: "This file was changed elsewhere." },
  changed: { zh: "这个文件在别处被改过了。", en: "This file was changed elsewhere." },
  not_validated: { zh: "代码还没有通过语法检查，先不能下载。", en: "The code has not passed the syntax check, so there is no download yet." },
  no_thumbnail: { zh: "这个项目没有缩略图。", en: "This project has no picture." },
  too_many_runs: { zh: "同时进行的项目太多，请等一个结束。", en: "Too many projects are being generated; wait for one to end." },
  too_many_programs: { zh: "同时运行的程序太多，请先停掉一个。", en: "Too many programs are running; end one first." },
  no_program: { zh: "这个程序已经结束了。", en: "This program has ended already." },
  invalid_json: { zh: "请求的格式不对，请刷新页面再试。", en: "The request could not be read; reload the page and try again." },
  unknown_template: { zh: "没有这个模板。", en: "There is no such template." },
  unknown_engine: { zh: "没有这个引擎。", en: "There is no such engine." },
  too_many_files: { zh: "项目里的文件太多了。", en: "The project has too many files." },
  too_large: { zh: "内容太大了。", en: "This is too large." },
  file_too_large: { zh: "文件太大了，一个文件最多 1 MB。", en: "The file is too large; a file may have 1 MB." },
  project_too_large: { zh: "项目太大了，最多 10 MB。", en: "The project is too large; it may have 10 MB." },
  token_budget: { zh: "这次用的词元到了上限。", en: "This run has used all its tokens." },
  time_budget: { zh: "这次用的时间到了上限。", en: "This run has used all its time." },
  queued: { zh: "前面还有别的项目，请等一会儿。", en: "Other projects come first; wait a moment." },
  not_ready: { zh: "还没有准备好，请等一会儿。", en: "Not ready yet; wait a moment." },
  no_virtual_display: { zh: "这台机器上不能打开游戏画面。", en: "This machine cannot show the game." },
  not_protected: { zh: "这个系统不能阻止程序写项目文件夹。", en: "This system cannot keep a program from writing to the project's folder." },
  no_main_file: { zh: "项目里没有主程序。", en: "The project has no main file." },
  empty_answer: { zh: "模型什么都没有回答。", en: "The model gave no answer." },
  cancel_timeout: { zh: "停止的请求已经发出，请过一会儿再看。", en: "It was asked to stop and has not stopped yet; look again in a moment." },
  cancelled: { zh: "已经停下了。", en: "It was ended on request." },
  internal_error: { zh: "出了意外的问题。", en: "Something unexpected went wrong." },
};
