import echo.EchoServer;
import echo.EchoServer_Service;
import java.net.URL;
import javax.xml.ws.Holder;

/** A stub that wsimport made from the WSDL calls Echo("plop") and prints what came back. */
public class Jaxws {
    public static void main(String[] args) throws Exception {
        EchoServer port = new EchoServer_Service(new URL(args[0])).getEchoServer();
        Holder<Object> value = new Holder<>("plop");
        port.echo(value);
        Object answer = value.value;
        System.out.println(answer instanceof org.w3c.dom.Node
            ? ((org.w3c.dom.Node) answer).getTextContent() : answer);
    }
}
