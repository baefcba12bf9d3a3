/// The commands by which people come in, find their way, and keep the bot quiet or talking.
enum PeopleCommands {
    static let all: [any Command.Type] = [
        StartCommand.self, HelpCommand.self, SettingsCommand.self, LanguageCommand.self,
        WhoAmICommand.self,
        JoinCommand.self, HereCommand.self, AdoptCommand.self, RemindCommand.self,
        RemindersCommand.self, TickCommand.self,
        LaterCommand.self,
        MuteCommand.self, AwayCommand.self, WhyMeCommand.self, NotMeCommand.self,
        DiagnoseCommand.self,
        AdminCommand.self,
    ]
}
