/**
 * The sentence for each stable reason of an error (`aiflow/exceptions.py`), in Chinese and in English.
 *
 * In Chinese the sentence of the server or kernel comes first, as it is more exact; this table is used where
 * there is none, and in English.
 */

export const ERRORS: Record<string, readonly [zh: string, en: string]> = {
  connection_lost: [
    "和服务器的连接断了，请看看网络和 JupyterLab 是否正常。",
    "The connection to the server was lost. Check the network and that JupyterLab is running.",
  ],
  kernel_gone: [
    "内核没有回应，请确认它在运行，再试一次。",
    "The kernel does not answer. Check that it is running, then try again.",
  ],
  config_invalid: [
    "配置有问题，请老师检查 config.json。",
    "The configuration is wrong; ask your teacher to check config.json.",
  ],
  invalid_input: ["这个请求不符合要求，请改一改再试。", "This request breaks a rule; please change it and try again."],
  unsafe_path: ["这个文件名不安全，不能使用。", "This file name is not safe and cannot be used."],
  not_found: ["找不到这个项目或文件，可能已经被删掉了。", "This project or file cannot be found; it may have been deleted."],
  conflict: ["现在的状态不能这样做。", "This is not possible in the present state."],
  no_record: [
    "这个项目的运行记录已经不在了，只能查看和下载。",
    "The record of this project is gone; it can only be viewed and downloaded.",
  ],
  storage_failed: ["文件存不下来，请检查磁盘。", "The disk refused to store a file."],
  limit_reached: ["到达了大小、时间或词元的上限。", "A limit of size, time or tokens was reached."],
  runner_failed: ["程序没能启动。", "The program could not be started."],
  engine_failed: ["模型出错了。", "The model failed."],
  no_lesson: [
    "没有离线课程能回答这个要求。",
    "No offline lesson answers this request. Try one of the examples, or set up a model.",
  ],
  engine_not_set_up: ["还没有设置模型的地址或密钥。", "No address, key or model is set up yet."],
  connection_failed: ["连不上模型服务。", "The model service cannot be reached."],
  timeout: ["模型太久没有回应。", "The model did not answer for too long."],
  auth_failed: ["模型服务不认这个密钥。", "The model service refused the key."],
  quota_exhausted: ["模型服务的余额或套餐用完了。", "The balance or plan of the model service is used up."],
  rate_limited: ["请求太多，请等一会儿。", "Too many requests just now; wait a moment."],
  service_unavailable: ["模型服务暂时有问题。", "The model service is at fault for the moment."],
  content_refused: ["模型服务拒绝了这个内容。", "The model service refused this content."],
  context_too_long: ["请求太长，模型放不下。", "The request is too long for this model."],
  model_unavailable: ["没有这个模型，或套餐里不包含它。", "This model is unknown, or not in your plan."],
  bad_request: ["模型服务认为请求不对。", "The model service finds the request wrong."],
  bad_answer: ["模型的回答用不了。", "The model's answer could not be used."],
  circuit_open: ["这个地址失败太多次，先休息一会儿。", "This address failed too often; it is left alone for a while."],
  interrupted: ["上次运行被打断了，可以重试。", "The last run was interrupted; you can retry."],
  http_403: ["没有权限，请重新登录 JupyterLab。", "Not allowed; please log in to JupyterLab again."],
  http_412: ["这个文件在别处被改过了。", "This file was changed elsewhere."],
  changed: ["这个文件在别处被改过了。", "This file was changed elsewhere."],
  not_validated: [
    "代码还没有通过语法检查，先不能下载。",
    "The code has not passed the syntax check, so there is no download yet.",
  ],
  no_thumbnail: ["这个项目没有缩略图。", "This project has no picture."],
  too_many_runs: ["同时进行的项目太多，请等一个结束。", "Too many projects are being generated; wait for one to end."],
  too_many_programs: ["同时运行的程序太多，请先停掉一个。", "Too many programs are running; end one first."],
  no_program: ["这个程序已经结束了。", "This program has ended already."],
  invalid_json: ["请求的格式不对，请刷新页面再试。", "The request could not be read; reload the page and try again."],
  unknown_template: ["没有这个模板。", "There is no such template."],
  unknown_engine: ["没有这个引擎。", "There is no such engine."],
  too_many_files: ["项目里的文件太多了。", "The project has too many files."],
  too_large: ["内容太大了。", "This is too large."],
  file_too_large: ["文件太大了，一个文件最多 1 MB。", "The file is too large; a file may have 1 MB."],
  project_too_large: ["项目太大了，最多 10 MB。", "The project is too large; it may have 10 MB."],
  token_budget: ["这次用的词元到了上限。", "This run has used all its tokens."],
  time_budget: ["这次用的时间到了上限。", "This run has used all its time."],
  queued: ["前面还有别的项目，请等一会儿。", "Other projects come first; wait a moment."],
  not_ready: ["还没有准备好，请等一会儿。", "Not ready yet; wait a moment."],
  no_virtual_display: ["这台机器上不能打开游戏画面。", "This machine cannot show the game."],
  not_protected: [
    "这个系统不能阻止程序写项目文件夹。",
    "This system cannot keep a program from writing to the project's folder.",
  ],
  no_main_file: ["项目里没有主程序。", "The project has no main file."],
  empty_answer: ["模型什么都没有回答。", "The model gave no answer."],
  cancel_timeout: [
    "停止的请求已经发出，请过一会儿再看。",
    "It was asked to stop and has not stopped yet; look again in a moment.",
  ],
  cancelled: ["已经停下了。", "It was ended on request."],
  unchanged: [
    "程序没有变化。",
    "The model found nothing to change. Say which part is to change, and into what; one thing at a time.",
  ],
  context_limit: ["程序太长，模型一次放不下。", "The program is too long for this model's context."],
  bad_archive: ["这个压缩包打不开。", "This archive cannot be opened."],
  invalid_form: ["上传的内容读不出来。", "What was sent cannot be read as files."],
  internal_error: ["出了意外的问题。", "Something unexpected went wrong."],
};
