import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.app.Initiator;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.v25.message.ADT_A01;
import ca.uhn.hl7v2.model.v25.message.ADT_A39;
import ca.uhn.hl7v2.model.v25.segment.MSH;
import ca.uhn.hl7v2.model.v25.segment.PID;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.concurrent.TimeUnit;

/**
 * Sends over one connection what it is told to: "change,NUMBER,BSN,NAME,BIRTHDATE" and "merge,FROM,INTO" are messages
 * that HAPI builds, "file,PATH" one from a file, "load,COUNT" many. Prints one line for each: MSA-1, whether MSA-2 is
 * as sent, ERR-3; of a load the messages in a second.
 */
public class HapiSender {
    public static void main(String[] arguments) {
        int code = 0;
        try {
            run(arguments);
        } catch (Exception error) {
            error.printStackTrace();
            code = 1;
        }
        System.exit(code); // its threads would keep it alive
    }

    static void run(String[] arguments) throws Exception {
        HapiContext context = new DefaultHapiContext();
        context.setValidationContext(ValidationContextFactory.noValidation());
        Connection connection = context.newClient("127.0.0.1", Integer.parseInt(arguments[0]), false);
        Initiator initiator = connection.getInitiator();
        initiator.setTimeout(30, TimeUnit.SECONDS);
        PipeParser parser = context.getPipeParser();
        for (int at = 1; at < arguments.length; at++) {
            String[] words = arguments[at].split(",", 5);
            switch (words[0]) {
                case "change": say(initiator, change(words[1], words[2], words[3], words[4])); break;
                case "merge": say(initiator, merge(words[1], words[2])); break;
                case "file": say(initiator, parser.parse(read(Paths.get(words[1])))); break;
                default: load(initiator, Integer.parseInt(words[1]));
            }
        }
        connection.close();
        context.close();
    }

    static String read(Path path) throws Exception {
        return new String(Files.readAllBytes(path), StandardCharsets.UTF_8).replace("\r\n", "\r").replace('\n', '\r');
    }

    static void say(Initiator initiator, Message message) throws Exception {
        Terser sent = new Terser(message);
        Message answer = initiator.sendAndReceive(message);
        Terser got = new Terser(answer);
        boolean same = sent.get("/.MSH-10").equals(got.get("/.MSA-2"));
        String condition = answer.encode().contains("\rERR") ? got.get("/.ERR-3-1") : "-";
        System.out.println(got.get("/.MSA-1") + " " + (same ? "same" : "other") + " " + condition);
    }

    static void load(Initiator initiator, int count) throws Exception {
        long began = System.nanoTime();
        for (int number = 0; number < count; number++) {
            Message answer = initiator.sendAndReceive(change("L" + number, "-", "Jansen^Jan", "19500101"));
            if (!"AA".equals(new Terser(answer).get("/.MSA-1"))) throw new IllegalStateException("refused");
        }
        System.out.println("load " + Math.round(count / ((System.nanoTime() - began) / 1e9)));
    }

    static Message change(String number, String bsn, String name, String birthDate) throws Exception {
        ADT_A01 message = new ADT_A01();
        message.initQuickstart("ADT", "A08", "P");
        head(message.getMSH());
        person(message.getPID(), number, bsn, name, birthDate);
        return message;
    }

    static Message merge(String from, String into) throws Exception {
        ADT_A39 message = new ADT_A39();
        message.initQuickstart("ADT", "A40", "P");
        head(message.getMSH());
        person(message.getPATIENT().getPID(), into, "-", "", "");
        message.getPATIENT().getMRG().getPriorPatientIdentifierList(0).getIDNumber().setValue(from);
        message.getPATIENT().getMRG().getPriorPatientIdentifierList(0).getAssigningAuthority().getNamespaceID().setValue("ZKH");
        return message;
    }

    static void head(MSH msh) throws Exception {
        msh.getSendingApplication().getNamespaceID().setValue("EPD");
        msh.getCharacterSet(0).setValue("UNICODE UTF-8");
    }

    static void person(PID pid, String number, String bsn, String name, String birthDate) throws Exception {
        pid.getPatientIdentifierList(0).getIDNumber().setValue(number);
        pid.getPatientIdentifierList(0).getAssigningAuthority().getNamespaceID().setValue("ZKH");
        pid.getPatientIdentifierList(0).getIdentifierTypeCode().setValue("PI");
        if (!bsn.equals("-")) {
            pid.getPatientIdentifierList(1).getIDNumber().setValue(bsn);
            pid.getPatientIdentifierList(1).getAssigningAuthority().getNamespaceID().setValue("NLMINBIZA");
            pid.getPatientIdentifierList(1).getIdentifierTypeCode().setValue("NNNLD");
        }
        String[] parts = name.split("\\^");
        pid.getPatientName(0).getFamilyName().getSurname().setValue(parts[0]);
        if (parts.length > 1) pid.getPatientName(0).getGivenName().setValue(parts[1]);
        pid.getDateTimeOfBirth().getTime().setValue(birthDate);
    }
}
