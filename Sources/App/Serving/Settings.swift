import Channels
import Logging
import Platform

/// Everything that `serve` is told: by the configuration file, and by the environment, which comes first.
/// Secrets never stand in the file; it names the variable that holds one.
struct Settings: Sendable {
    var host = "127.0.0.1"
    var port = 8080
    var publicURL: String?
    var limits = DoorLimits()
    var logLevel = Logger.Level.info
    /// The language of strangers whose channel tells none.
    var language = "en"
    /// By name; the environment's bot has the name "".
    var telegram: [String: TelegramConfiguration] = [:]
    var webhooks: [String: WebhookDoor] = [:]

    /// - Parameters:
    ///   - file: the configuration; none is not an error, one that is named and not there is.
    ///   - takesOver: whether webhooks that are found set may be removed in order to poll.
    init(
        file: String?, environment: [String: String] = Environment.all, takesOver: Bool = false
    ) throws(LoadingFault) {
        let secrets = Secrets(environment)
        if let path = file ?? secrets.plain("HUNDRED_CONFIG") { try read(path, secrets) }
        if let host = secrets.plain("HUNDRED_HTTP_HOST") { self.host = host }
        if let text = secrets.plain("HUNDRED_HTTP_PORT") {
            guard let port = Int(text), (0...65_535).contains(port) else {
                throw Self.fault("HUNDRED_HTTP_PORT", "a port from 0 to 65535 is expected")
            }
            self.port = port
        }
        if let url = secrets.plain("HUNDRED_PUBLIC_URL") { publicURL = url }
        if let level = secrets.plain("HUNDRED_LOG_LEVEL") { logLevel = try Self.level(level) }
        try readTelegram(secrets)
        for name in telegram.keys { telegram[name]?.takesOver = takesOver }
        for name in webhooks.keys { webhooks[name] = try Self.webhook(name, secrets) }
        for name in secrets.webhookNames where webhooks[name] == nil {
            webhooks[name] = try Self.webhook(name, secrets)
        }
    }

    private static func fault(_ variable: String, _ why: String) -> LoadingFault {
        LoadingFault(file: "environment", path: variable, why: why)
    }

    private static func level(_ text: String) throws(LoadingFault) -> Logger.Level {
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            throw fault(
                "HUNDRED_LOG_LEVEL", "one of trace, debug, info, notice, warning, error is expected"
            )
        }
        return level
    }

    // MARK: Environment

    private mutating func readTelegram(_ secrets: Secrets) throws(LoadingFault) {
        guard let token = try secrets.secret("HUNDRED_TELEGRAM_TOKEN") else { return }
        var bot = TelegramConfiguration(token: token)
        if let api = secrets.plain("HUNDRED_TELEGRAM_API") { bot.api = api }
        if let mode = secrets.plain("HUNDRED_TELEGRAM_MODE") {
            guard let mode = TelegramConfiguration.Mode(rawValue: mode) else {
                throw Self.fault("HUNDRED_TELEGRAM_MODE", "poll or webhook is expected")
            }
            bot.mode = mode
        }
        bot.webhookSecret = try secrets.secret("HUNDRED_TELEGRAM_WEBHOOK_SECRET")
        bot.publicURL = publicURL
        telegram[""] = bot
    }

    private static func webhook(_ name: String, _ secrets: Secrets) throws(LoadingFault)
        -> WebhookDoor
    {
        let variable = "HUNDRED_WEBHOOK_\(Secrets.variable(of: name))"
        let token = try secrets.secret(variable + "_TOKEN")
        // Several during a rotation, with spaces between.
        var keys: [StandardWebhooks.Key] = []
        for text in try secrets.text(variable + "_SECRET")?.split(separator: " ") ?? [] {
            guard let key = StandardWebhooks.Key(Secret(String(text))) else {
                throw fault(
                    variable + "_SECRET", "whsec_ and the base64 of 24 to 64 bytes is expected")
            }
            keys.append(key)
        }
        guard token != nil || !keys.isEmpty else {
            throw fault(
                variable + "_TOKEN",
                "a token, or \(variable)_SECRET, is needed for /webhooks/in/\(name)")
        }
        return WebhookDoor(
            name: name, token: token, signatures: keys.isEmpty ? nil : StandardWebhooks(keys: keys))
    }

    // MARK: The file

    private mutating func read(_ path: String, _ secrets: Secrets) throws(LoadingFault) {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Files.read(path, limit: 1 << 20)
        } catch {
            throw LoadingFault(file: path, path: "", why: "\(error)")
        }
        var fields = try YAMLReader(file: path).fields(String(decoding: bytes, as: UTF8.self))
        language = try fields.text("language") ?? language
        if var log = try fields.fields("log") {
            if let text = try log.text("level") {
                guard let level = Logger.Level(rawValue: text) else {
                    throw log.fault(
                        "level", "one of trace, debug, info, notice, warning, error is expected")
                }
                logLevel = level
            }
            try log.finish()
        }
        if var http = try fields.fields("http") {
            try readHTTP(&http)
            try http.finish()
        }
        if let bots = try fields.fields("telegram") {
            for (name, _) in bots.members {
                guard var bot = try bots.member(name) else { continue }
                try check(name, bots)
                telegram[name] = try Self.bot(name, &bot, secrets, publicURL)
                try bot.finish()
            }
        }
        for name in try fields.texts("webhooks") {
            try check(name, fields)
            webhooks[name] = WebhookDoor(name: name, token: nil)
        }
        try fields.finish()
    }

    private func check(_ name: String, _ fields: YAMLFields) throws(LoadingFault) {
        guard Secrets.isName(name) else {
            throw fields.fault(name, "a name of lower-case letters, digits and _ is expected")
        }
    }

    private mutating func readHTTP(_ http: inout YAMLFields) throws(LoadingFault) {
        host = try http.text("host") ?? host
        port = try http.number("port", 0...65_535) ?? port
        publicURL = try http.text("public_url") ?? publicURL
        limits.trustedProxies = Set(try http.texts("trusted_proxies"))
        guard var fields = try http.fields("limits") else { return }
        limits.body = try fields.number("body_bytes", 1_024...(16 << 20)) ?? limits.body
        limits.headers = try fields.number("header_bytes", 1_024...(80 << 10)) ?? limits.headers
        limits.headerCount = try fields.number("header_count", 8...1_000) ?? limits.headerCount
        limits.connections = try fields.number("connections", 1...65_536) ?? limits.connections
        limits.connectionsPerAddress =
            try fields.number("connections_per_address", 1...65_536) ?? limits.connectionsPerAddress
        limits.headerTime = Int64(try fields.number("header_seconds", 1...300) ?? 5) * 1_000
        limits.requestTime = Int64(try fields.number("request_seconds", 1...3_600) ?? 10) * 1_000
        limits.idleTime = Int64(try fields.number("idle_seconds", 1...3_600) ?? 30) * 1_000
        limits.minimumRate =
            try fields.number("minimum_bytes_a_second", 0...(1 << 20)) ?? limits.minimumRate
        try fields.finish()
    }

    /// A bot beside the environment's: its ids begin with `tg-NAME`.
    private static func bot(
        _ name: String, _ fields: inout YAMLFields, _ secrets: Secrets, _ publicURL: String?
    ) throws(LoadingFault) -> TelegramConfiguration {
        let variable = try fields.neededText("token_from")
        guard let token = try secrets.secret(variable) else {
            throw fields.fault(
                "token_from", "\(variable) is neither in the environment nor among the credentials")
        }
        var bot = TelegramConfiguration(token: token)
        bot.name = "tg-\(name)"
        bot.path = "/webhooks/telegram/\(name)"
        bot.publicURL = publicURL
        if let api = try fields.text("api") { bot.api = api }
        if let word = try fields.text("mode") {
            guard let mode = TelegramConfiguration.Mode(rawValue: word) else {
                throw fields.fault("mode", "poll or webhook is expected")
            }
            bot.mode = mode
        }
        if let variable = try fields.text("webhook_secret_from") {
            bot.webhookSecret = try secrets.secret(variable)
        }
        if let id = try fields.number("bot_id", 1...Int.max) { bot.expectedBot = Int64(id) }
        return bot
    }
}

/// Where secrets come from: the file of the variable's name in `$CREDENTIALS_DIRECTORY`, else the variable.
struct Secrets: Sendable {
    private let environment: [String: String]
    private let credentials: String?

    init(_ environment: [String: String]) {
        self.environment = environment
        credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A variable that is not secret; empty is the same as none.
    func plain(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// What stands in the file, one line end stripped, else in the variable; nil where there is nothing.
    func text(_ name: String) throws(LoadingFault) -> String? {
        guard let credentials, Files.isFile("\(credentials)/\(name)") else { return plain(name) }
        do throws(SystemError) {
            var bytes = try Files.read("\(credentials)/\(name)", limit: 64 << 10)
            if bytes.last == 10 { bytes.removeLast() }
            if bytes.last == 13 { bytes.removeLast() }
            return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        } catch {
            throw LoadingFault(file: "\(credentials)/\(name)", path: "", why: "\(error)")
        }
    }

    func secret(_ name: String) throws(LoadingFault) -> Secret? {
        try text(name).map { Secret($0) }
    }

    /// The names of the plain webhooks that have a token or a key: `registry` for
    /// `HUNDRED_WEBHOOK_REGISTRY_TOKEN`.
    var webhookNames: [String] {
        var variables = Array(environment.keys)
        if let credentials, let names = try? Files.names(in: credentials) { variables += names }
        var names: Set<String> = []
        for variable in variables where variable.hasPrefix("HUNDRED_WEBHOOK_") {
            for end in ["_TOKEN", "_SECRET"] where variable.hasSuffix(end) {
                let name = variable.dropFirst("HUNDRED_WEBHOOK_".count).dropLast(end.count)
                    .lowercased()
                if Self.isName(name) { names.insert(name) }
            }
        }
        return names.sorted()
    }

    static func variable(of name: String) -> String { name.uppercased() }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 40
            && name.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == 95
            }
    }
}

extension YAMLFields {
    /// A member that is a mapping itself.
    func member(_ name: String) throws(LoadingFault) -> YAMLFields? {
        guard let node = members.first(where: { $0.name == name })?.node else { return nil }
        return try YAMLFields(node, file: file, path: place(name))
    }
}
