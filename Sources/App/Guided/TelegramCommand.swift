import Accelerator
import ArgumentParser
import Channels
import Glibc
import Language
import Logging
import Metrics
import Platform
import Storage
import Transport

/// The guided first start of a team's own bot (people.md 2, rows 1 to 3 and 12), and every start after it.
///
/// 1. The token comes from the environment, else from where it was kept, else it is asked for unseen.
/// 2. getMe names the bot, and a person says that it is the right one.
/// 3. A webhook that somebody set is named before polling removes it.
/// 4. Where nobody is the administrator yet, a link and a QR make one.
/// 5. Then it serves, until this window is closed.
struct TelegramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telegram", abstract: "The guided first start of your own team on Telegram.")

    @OptionGroup var everywhere: Everywhere

    func run() async throws {
        var settings = try Settings(file: everywhere.config)
        let level = max(settings.logLevel, .warning)
        LoggingSystem.bootstrap {
            LogLines(label: $0, level: level, isPlain: Output.complaintsAreRead)
        }
        let client = try HTTPClient(log: Logger(label: "transport"))
        var reader = LineReader()
        var (bot, profile) = try await chooseBot(settings, client, &reader)
        if bot.mode == .poll { bot.takesOver = try await mayRemoveWebhook(bot, client, &reader) }
        client.close()
        bot.expectedBot = profile.id
        settings.telegram[""] = bot
        let decider = try everywhere.decider()
        try claim(profile)
        Output.write(
            "\nThis runs while this window is open. To keep it: deploy/README.md, “as a service” (3 lines).\n"
        )
        let prometheus = Prometheus(head: "")
        MetricsSystem.bootstrap(prometheus)
        let journal = try everywhere.journal(decider.zones)
        let server = Server(
            decider: decider, journal: journal, settings: settings, log: Logger(label: "hundred"),
            prometheus: prometheus)
        do {
            try await server.run()
        } catch {
            try? journal.close()
            throw error
        }
    }

    // MARK: The bot

    /// Where the token is kept between starts: beside the data, never in it, for this account only.
    private var tokenPath: String { everywhere.dataPath + "-credentials/HUNDRED_TELEGRAM_TOKEN" }

    private func chooseBot(
        _ settings: Settings, _ client: HTTPClient, _ reader: inout LineReader
    ) async throws -> (TelegramConfiguration, TelegramProfile) {
        if let configured = settings.telegram[""] {
            let profile = try await identify(configured, client)
            Output.write("This is @\(profile.username).\n")
            return (configured, profile)
        }
        let api = Environment["HUNDRED_TELEGRAM_API"] ?? "https://api.telegram.org"
        if let kept = try? Files.read(tokenPath, limit: 4096),
            let token = Self.token(in: String(decoding: kept, as: UTF8.self))
        {
            let bot = TelegramConfiguration(token: Secret(token), api: api)
            let profile = try await identify(bot, client)
            Output.write(
                "This is @\(profile.username), as last time (its token is in \(tokenPath)).\n")
            return (bot, profile)
        }
        Output.write(
            """
            Your own team on Telegram. First a bot: in Telegram open @BotFather, send /newbot, give it a name.
            BotFather answers with a token. Paste it here; it is not shown.

            """)
        for _ in 0..<5 {
            Output.write("Token: ")
            guard let pasted = HiddenInput.line(&reader) else {
                throw Exit.usage("no token was given")
            }
            guard let token = Self.token(in: pasted) else {
                Output.write("\(TelegramFault.badToken)\n")
                continue
            }
            let bot = TelegramConfiguration(token: Secret(token), api: api)
            do throws(TelegramFault) {
                let profile = try await TelegramChannel(
                    bot, client: client, menus: nil, log: Logger(label: "telegram")
                ).identify()
                guard
                    Self.yes(
                        "This is @\(profile.username). Use it? [Y/n] ", &reader, otherwise: true)
                else { continue }
                try keep(token)
                return (bot, profile)
            } catch {
                Output.write("\(error)\n")
            }
        }
        throw Exit.configuration("no bot was chosen")
    }

    private func identify(_ bot: TelegramConfiguration, _ client: HTTPClient) async throws
        -> TelegramProfile
    {
        do throws(TelegramFault) {
            return try await TelegramChannel(
                bot, client: client, menus: nil, log: Logger(label: "telegram")
            ).identify()
        } catch {
            throw error.isConfiguration ? Exit.configuration("\(error)") : Exit.io("\(error)")
        }
    }

    private func keep(_ token: String) throws(TelegramFault) {
        let folder = everywhere.dataPath + "-credentials"
        do throws(SystemError) {
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw SystemError(code: errno, call: "mkdir", path: folder)
            }
            try Files.write(Array((token + "\n").utf8), to: tokenPath, mode: 0o600)
            Output.write("Kept in \(tokenPath), readable for this account only.\n")
        } catch {
            Output.write(
                "The token could not be kept (\(error)); the next start asks for it again.\n")
        }
    }

    /// The token in whatever was pasted with it: digits, a colon, at least thirty letters.
    static func token(in pasted: String) -> String? {
        func isLetter(_ b: UInt8) -> Bool {
            (b | 0x20 >= 97 && b | 0x20 <= 122) || (b >= 48 && b <= 57) || b == 45 || b == 95
        }
        let bytes = Array(pasted.utf8.prefix(16_384))
        for (i, byte) in bytes.enumerated() where byte == UInt8(ascii: ":") {
            var from = i, to = i + 1
            while from > 0, bytes[from - 1] >= 48, bytes[from - 1] <= 57 { from -= 1 }
            while to < bytes.count, isLetter(bytes[to]) { to += 1 }
            guard (5...16).contains(i - from), (30...128).contains(to - i - 1) else { continue }
            return String(decoding: bytes[from..<to], as: UTF8.self)
        }
        return nil
    }

    private func mayRemoveWebhook(
        _ bot: TelegramConfiguration, _ client: HTTPClient, _ reader: inout LineReader
    ) async throws -> Bool {
        do throws(TelegramFault) {
            let channel = try TelegramChannel(
                bot, client: client, menus: nil, log: Logger(label: "telegram"))
            guard let host = try await channel.webhookHost() else { return false }
            guard
                Self.yes(
                    "A webhook is set to host \(host); polling removes it. Go on? [y/N] ", &reader,
                    otherwise: false)
            else { throw .webhookSet(host: host) }
            return true
        } catch {
            throw error.isConfiguration ? Exit.configuration("\(error)") : Exit.io("\(error)")
        }
    }

    private static func yes(_ question: String, _ reader: inout LineReader, otherwise: Bool) -> Bool
    {
        Output.write(question)
        guard let answer = reader.next() else { return false }
        let word = Folding.fold(answer)
        return word.isEmpty ? otherwise : word.hasPrefix("y")
    }

    // MARK: The administrator

    private func claim(_ profile: TelegramProfile) throws {
        let secret = ClaimCommand.code(RandomBytes.make(16))
        let isClaimed = try everywhere.withDesk { desk in
            if desk.state.people.values.contains(where: { $0.grants.contains { $0.role == .admin } }
            ) {
                return true
            }
            _ = try desk.take(.operated(.claim(secret: secret)), at: max(Times.now, desk.state.at))
            return false
        }
        guard !isClaimed else {
            Output.write("Write to it: https://t.me/\(profile.username)\n")
            return
        }
        let link = "https://t.me/\(profile.username)?start=claim_\(secret)"
        Output.write(
            "\nBecome the administrator. Open this on your phone within 15 minutes:\n\(link)\n")
        if isatty(1) == 1, let lines = QRCode.lines(link) {
            Output.write("\n" + lines.joined(separator: "\n") + "\n")
        }
        Output.write(
            "Too late for it? Ctrl-C, and start again for a new one (or: hundred claim).\n")
    }
}

/// A line that is typed or pasted without being shown.
enum HiddenInput {
    static func line(_ reader: inout LineReader) -> String? {
        guard isatty(0) == 1 else { return reader.next() }
        var before = termios()
        guard tcgetattr(0, &before) == 0 else { return reader.next() }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(0, TCSAFLUSH, &before)
            Output.write("\n")
        }
        return reader.next()
    }
}
